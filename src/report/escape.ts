/**
 * Texts of authors inside HTML: every one goes through here before it reaches a page.
 *
 * A scenario comes from anywhere; its names must not become markup.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML content or as a quoted attribute's value. */
export function escapeText(text: string): string {
  // Control characters have no place in HTML, not even as entities.
  return removeControls(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

function removeControls(text: string): string {
  return Array.from(text, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const control = (code < 32 && sign !== "\n" && sign !== "\t") || (code >= 127 && code < 160);
    return control || (code >= 0xd800 && code <= 0xdfff) ? "\uFFFD" : sign;
  }).join("");
}

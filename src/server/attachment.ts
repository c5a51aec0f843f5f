/**
 * The header that gives a file sent to a browser its name (RFC 6266): whole in UTF-8, with a plain name beside it for
 * old programs.
 *
 * A name may hold any text: quotes, blanks, line breaks, letters of any alphabet. It never gets to name a folder.
 */

/** Longest name, in bytes of UTF-8: file systems allow 255, and browsers may add a number. */
const nameMax = 240;

/** Value of `content-disposition` for a file of a name. */
export function attachment(name: string): string {
  const whole = fileName(name);
  const plain = whole.replaceAll(/[^\w .,()+=@~-]/g, "_");
  const encoded = encodeURIComponent(whole).replaceAll(/[!'()*]/g, (sign) => `%${hexOf(sign)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** A name that every file system takes: what steers, separates folders or is forbidden on Windows becomes `_`. */
function fileName(name: string): string {
  const [stem = "", ending = ""] = split(
    name
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, "_")
      .trim(),
  );
  const signs = [...stem.slice(0, nameMax)];
  while (Buffer.byteLength(signs.join("")) + ending.length > nameMax) signs.pop();
  const dotted = signs.join("").replace(/^\.+/, "_");
  return `${dotted === "" ? "file" : dotted}${ending}`;
}

/** The stem of a name and its endings, such as `.run.jsonl`. */
function split(name: string): readonly string[] {
  return /^(.*?)((?:\.[a-z]{1,6}){0,2})$/su.exec(name)?.slice(1) ?? [name];
}

const hexOf = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).toUpperCase();

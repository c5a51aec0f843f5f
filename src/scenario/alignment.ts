/**
 * Says for each character of a YAML scalar's value where in the source it was written.
 *
 * One walk serves plain, quoted, folded and literal scalars: white space of the value stands for white space of the
 * source, everything else is written as it is, or as an escape. Where the two do not match the answer is null, and
 * whoever asks falls back on the whole scalar.
 */

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

const digitsOfEscape: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

type Quote = "'" | '"' | null;

/**
 * Aligns a value with its source between two offsets (quotes and the header of a block scalar excluded).
 * @returns one offset per character of the value, and a last one for its end; null where they do not match
 */
export function align(
  value: string,
  text: string,
  range: { readonly start: number; readonly end: number },
  quote: Quote,
): readonly number[] | null {
  const offsets: number[] = [];
  let at = range.start;
  let index = 0;
  while (index < value.length) {
    const written = readWritten(text, at, range.end, quote);
    const wanted = value.charAt(index);
    if (written !== null && value.startsWith(written.value, index) && written.value !== "") {
      for (let unit = 0; unit < written.value.length; unit++) offsets.push(at);
      index += written.value.length;
      at = written.end;
    } else if (isSpace(wanted)) {
      // Folding turned a line break and the indentation after it into this one character.
      offsets.push(at);
      index++;
      if (at < range.end && isSpace(text.charAt(at))) at++;
    } else if (at < range.end && (isSpace(text.charAt(at)) || written?.value === "")) {
      at = written?.value === "" ? written.end : at + 1;
    } else {
      return null;
    }
  }
  offsets.push(Math.min(at, range.end));
  return offsets;
}

/** The next character as it is written: itself, a doubled quote, or an escape. An escaped line break is nothing. */
function readWritten(text: string, at: number, end: number, quote: Quote): { value: string; end: number } | null {
  if (at >= end) return null;
  const character = text.charAt(at);
  if (quote === "'" && character === "'") return { value: "'", end: at + 2 };
  if (quote !== '"' || character !== "\\") return { value: character, end: at + 1 };
  const name = text.charAt(at + 1);
  const digits = digitsOfEscape[name];
  if (digits !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
    const valid = Number.isInteger(code) && code <= 0x10ffff;
    return { value: valid ? String.fromCodePoint(code) : "", end: at + 2 + digits };
  }
  if (name === "\n") return { value: "", end: at + 2 };
  if (name === "\r") return { value: "", end: at + (text.charAt(at + 2) === "\n" ? 3 : 2) };
  return { value: escapes[name] ?? name, end: at + 2 };
}

function isSpace(character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

/**
 * How much room a text takes in a picture, without a screen to ask: generous estimates for a plain sans-serif face.
 *
 * Estimates lean to the wide side, so that what fits here fits in any of the faces a browser may take.
 */

/** Estimated width of a text in units of its font size. */
export function emWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += signWidth(sign);
  return width;
}

function signWidth(sign: string): number {
  if (/\p{M}/u.test(sign)) return 0;
  if (/[ijlI.,:;'|!()[\]\-ftr ]/.test(sign)) return 0.4;
  if (/[mwMW@%]/.test(sign)) return 0.98;
  if (/\p{Lu}/u.test(sign)) return 0.74;
  const code = sign.codePointAt(0) ?? 0;
  const broad = (code >= 0x1100 && code < 0x1200) || (code >= 0x2e80 && code < 0xd800) || code >= 0xf900;
  return broad ? 1.1 : 0.63;
}

/**
 * Breaks a text into at most `linesMax` lines no wider than `widthMax` ems; what does not fit ends in an ellipsis.
 * A word that is too long for a line is broken.
 */
export function wrapText(text: string, widthMax: number, linesMax: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text
    .split(/\s+/u)
    .filter((part) => part !== "")
    .flatMap((part) => pieces(part, widthMax))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (emWidth(longer) <= widthMax) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  if (lines.length <= linesMax) return lines;
  return [...lines.slice(0, linesMax - 1), shortened(lines.slice(linesMax - 1).join(" "), widthMax)];
}

/** A word in pieces that fit into a line. */
function pieces(word: string, widthMax: number): readonly string[] {
  const found: string[] = [];
  let piece = "";
  for (const sign of word) {
    if (piece !== "" && emWidth(piece + sign) > widthMax) {
      found.push(piece);
      piece = "";
    }
    piece += sign;
  }
  return [...found, piece];
}

function shortened(text: string, widthMax: number): string {
  let kept = "";
  for (const sign of text) {
    if (emWidth(`${kept}${sign}…`) > widthMax) return `${kept.trimEnd()}…`;
    kept += sign;
  }
  return text;
}

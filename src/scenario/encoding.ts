/**
 * Bytes of a file as text: UTF-8 or a complaint that names the first byte that is none.
 */
import { at } from "./at.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** The text, or the reason why there is none. */
export type Decoded = { readonly text: string } | { readonly diagnostic: Diagnostic };

/** Decodes the bytes of a file as UTF-8; a byte order mark is dropped. */
export function decodeUtf8(bytes: Uint8Array, file: string): Decoded {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { diagnostic: notUtf8(file, bytes, validLength(bytes)) };
  }
}

/** Number of leading bytes that are well-formed UTF-8. */
function validLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Length of the character that begins here, or 0 if none does: no overlong forms, surrogates or gaps. */
function sequenceLength(bytes: Uint8Array, start: number): number {
  const lead = at(bytes, start);
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  const second = bytes[start + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < low || second > high) return 0;
  for (let index = 2; index < length; index++) {
    const next = bytes[start + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}

function notUtf8(file: string, bytes: Uint8Array, offset: number): Diagnostic {
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const lines = before.split(/\r\n|\r|\n/);
  const line = lines.length;
  const column = at(lines, line - 1).length + 1;
  const wide = bytes[0] === 0xff || bytes[0] === 0xfe || (bytes[0] === 0 && bytes.length > 1);
  const byte = `0x${at(bytes, offset).toString(16).padStart(2, "0")}`;
  return {
    severity: "error",
    code: "not-utf-8",
    span: { file, line, column, endLine: line, endColumn: column + 1 },
    message: `the file is not UTF-8 text: byte ${byte} at offset ${offset} begins no character`,
    hint: wide ? "save it as UTF-8, it looks like UTF-16" : "save it as UTF-8 in your editor",
  };
}

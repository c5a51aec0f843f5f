/**
 * Codes of rooms: short, easy to read aloud and to type, and too many to find one by trying.
 */

/** Signs of a code: none that is taken for another, and no vowels that would make words. */
export const codeSigns = "BCDFGHJKLMNPQRSTVWXZ23456789";

/** 28 signs on 7 places: some thirteen thousand million codes. */
export const codeLength = 7;

/** A code as rooms write it. */
export const codePattern: RegExp = new RegExp(`^[${codeSigns}]{${codeLength}}$`);

import { randomBytes } from "node:crypto";

/** Crockford's base32: nothing in it looks like something else. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits. */
const LENGTH = 16;
const GROUP = 4;
const SELECTOR = 4;
/** How many an account has. */
const COUNT = 10;

/** Ten new codes of 80 random bits, in groups of four. No two of them begin alike, for by that they are looked up. */
export function newRecoveryCodes(): string[] {
  const codes = new Map<string, string>();
  while (codes.size < COUNT) {
    const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    codes.set(letters.slice(0, SELECTOR), letters.replaceAll(new RegExp(`.{${GROUP}}(?=.)`, "g"), "$&-"));
  }
  return [...codes.values()];
}

/**
 * What is compared of a code as it was typed, and by what it is looked up: capitals, without hyphens and blanks, and letters
 * that look like figures read as those.
 */
export function normalRecoveryCode(typed: string): { code: string; selector: string } {
  const code = typed.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return { code, selector: code.slice(0, SELECTOR) };
}

/** What is kept of a user agent, in characters. Real ones stay below; some clients send 64 kB. */
const USER_AGENT_LENGTH = 512;

/**
 * A text that a client sent about itself, fit to be stored and shown: capped, and without control
 * (NUL breaks PostgreSQL), direction (U+202E) and other invisible characters.
 */
export function cleanUserAgent(text: string, length = USER_AGENT_LENGTH): string {
  return [...text.slice(0, 2 * length).normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")].slice(0, length).join("").trim();
}

/** The longest password, in code points after NFC. Longer ones are cut off before anything costly sees them. */
export const PASSWORD_MAX_LENGTH = 256;

/** NFC, so that one password typed on two keyboards is one (RFC 8265, 4.2); null when it is longer than any that was set. */
export function normalPassword(password: string): string | null {
  const normal = password.normalize("NFC");
  return normal.length <= 2 * PASSWORD_MAX_LENGTH && [...normal].length <= PASSWORD_MAX_LENGTH ? normal : null;
}

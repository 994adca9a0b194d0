const HIDDEN = "•••";

/**
 * "a•••@example.org": enough for its owner to know it by, and no more than that for who reads a link in passing. Always as
 * many dots: its length is nobody's business either.
 */
export function maskAddress(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return `${at > 0 ? first : ""}${HIDDEN}${email.slice(at)}`;
}

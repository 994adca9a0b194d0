/**
 * The raw value of the one cookie of this name, or null: none, or more than one (a cookie of a parent
 * domain or a proxy's doubling must not decide who one is). Nothing is decoded or unquoted.
 */
export function rawCookie(header: string | null, name: string): string | null {
  if (header === null) return null;
  const values = header
    .split(";")
    .map((pair) => pair.trimStart())
    .filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 && values[0] !== undefined ? values[0].slice(name.length + 1).trimEnd() : null;
}

/** A cookie to be set: HttpOnly, SameSite=Lax, the whole host. `maxAge` in whole seconds, 0 removes it. */
export type SetCookie = { name: string; value: string; maxAge: number; secure: boolean };

/** The Set-Cookie line (RFC 6265). */
export function serialiseCookie({ name, value, maxAge, secure }: SetCookie): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** `__Host-` wants Secure, which plain http on localhost cannot have. */
export function cookieName(appUrl: string, name: string): { name: string; secure: boolean } {
  const secure = appUrl.startsWith("https:");
  return { name: secure ? `__Host-${name}` : name, secure };
}

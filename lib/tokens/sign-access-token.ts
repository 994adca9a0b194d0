import { SignJWT } from "jose";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";

export type TokenSession = { id: string; userId: string; ttlSeconds: number; absoluteExpiresAt: Date };

/**
 * A new access token of the session (RFC 9068), signed with the first key: good for `JWT_ACCESS_EXPIRES_IN`, never past
 * the session's absolute end. `expiresIn`: seconds.
 */
export async function signAccessToken({ settings, clock }: Context, session: TokenSession): Promise<{ accessToken: string; expiresIn: number }> {
  const key = settings.JWT_PRIVATE_KEYS[0];
  if (!key) throw new Error("no key to sign with");
  const now = Math.floor(clock.now() / 1000);
  const expiresIn = Math.max(1, Math.min(settings.JWT_ACCESS_EXPIRES_IN, Math.floor(session.absoluteExpiresAt.getTime() / 1000) - now));
  const accessToken = await new SignJWT({ sid: session.id, t: session.ttlSeconds })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: key.kid })
    .setIssuer(settings.APP_URL)
    .setAudience(settings.APP_URL)
    .setSubject(session.userId)
    .setJti(newId())
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(key.privateKey);
  return { accessToken, expiresIn };
}

import { errors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import type { TokenCredential } from "@/lib/sessions/credential";

/** Ours are under 600 characters; nothing larger is decoded. */
const LONGEST = 2_048;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** By how much the clock of the instance that signed may be ahead of ours, seconds. */
const AHEAD = 5;

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.uuid(),
  t: z.int().positive(),
  iat: z.int(),
  exp: z.int(),
});
type Verified = { kid: string; claims: z.infer<typeof claimsSchema> };

/** What an access token says of who holds it. `expiresAt`: milliseconds. */
export type AccessToken = TokenCredential & { jti: string; expiresAt: number };

/**
 * The access token, if one of our keys signed it for us and it has not expired; else null. Whether its session lives is
 * not asked here. The key is found by its id among our own: what a header offers (`jwk`, `jku`, `x5u`, another `alg`)
 * is never looked at, and nothing is fetched. A signature is checked once: good tokens are remembered, bad ones not.
 */
export async function verifyAccessToken(context: Context, token: string): Promise<AccessToken | null> {
  if (token.length > LONGEST || !COMPACT.test(token)) return null;
  const known = singleton("tokens.verified", () => new LRUCache<string, Verified>({ max: 5_000 }));
  const verified = known.get(token) ?? (await checkSignature(context, token));
  if (!verified) return null;
  known.set(token, verified);
  const { kid, claims } = verified;
  const { settings, clock } = context;
  const now = Math.floor(clock.now() / 1000);
  const ours = claims.iss === settings.APP_URL && claims.aud === settings.APP_URL && settings.JWT_PRIVATE_KEYS.some((key) => key.kid === kid);
  if (!ours || claims.exp <= now || claims.iat > now + AHEAD) return null;
  return { u: claims.sub, s: claims.sid, t: claims.t, jti: claims.jti, expiresAt: claims.exp * 1000 };
}

async function checkSignature({ settings, clock }: Context, token: string): Promise<Verified | null> {
  const keyOf = (kid: unknown) => settings.JWT_PRIVATE_KEYS.find((key) => key.kid === kid);
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keyOf(kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      { algorithms: ["EdDSA"], typ: "at+jwt", issuer: settings.APP_URL, audience: settings.APP_URL, currentDate: new Date(clock.now()) },
    );
    const claims = claimsSchema.safeParse(payload);
    return claims.success ? { kid: protectedHeader.kid as string, claims: claims.data } : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_J")) return null;
    throw error;
  }
}

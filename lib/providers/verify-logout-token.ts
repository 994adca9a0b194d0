import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { askingWithin, isProviderDown, ProviderDown } from "./ask-provider";
import { discover } from "./discover";
import { knownMetadata } from "./known-metadata";
import { noteTroubleSeldom } from "./note-trouble";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** With a key that only the provider has: no HMAC, and never none at all. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** A token that names a key which is not known has the keys fetched again, but not for each that anybody makes up. */
const PAUSE_MS = 5_000;
/** Nor has a provider that does not answer to be asked for each of them. Short, for a right one that is sent again soon has to get through. */
const AFTER_FAILURE_MS = 1_000;
const SKEW_SECONDS = 30;
export const LOGOUT_MINUTES = 10;

const id = z.string().min(1).max(255);
const logoutClaims = z
  .object({ iat: z.number(), jti: id, sub: id.optional(), sid: id.optional(), events: z.looseObject({ [EVENT]: z.looseObject({}) }), nonce: z.undefined().optional() })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** Who is logged out there, or which session of theirs; `iat` in whole seconds, as the provider's clock has it. */
export type Logout = z.infer<typeof logoutClaims>;

/**
 * What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6): signature, `iss`, `aud`, `events`, no `nonce`, at most
 * ten minutes old. Null for one that does not say so as it should. Rejects when the provider does not tell its keys.
 */
export async function verifyLogoutToken(context: Context, provider: ProviderSettings, token: string): Promise<Logout | null> {
  const { metadata: known, reading, askedAt } = knownMetadata(provider);
  if (!known && !reading && context.clock.now() - askedAt < AFTER_FAILURE_MS) throw new ProviderDown("it did not answer a moment ago");
  const metadata = await discover(context, provider);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keysAt(metadata.jwks_uri ?? ""), {
      issuer: metadata.issuer,
      audience: provider.clientId,
      algorithms: ALGORITHMS,
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: LOGOUT_MINUTES * 60,
    });
    // An access token of the same provider is none, whatever it says.
    if (!/^(?:application\/)?(?:logout\+jwt|jwt)$/i.test(protectedHeader.typ ?? "JWT")) return null;
    return logoutClaims.safeParse(payload).data ?? null;
  } catch (error) {
    if (isProviderDown(error)) throw error;
    noteTroubleSeldom(context, provider, "logout", error);
    return null;
  }
}

/** Of one process, by where they are. */
function keysAt(address: string): JWTVerifyGetKey {
  const all = singleton("providers.keys", () => new Map<string, JWTVerifyGetKey>());
  const ask = askingWithin({ request: { answerBy: Number.POSITIVE_INFINITY } as Context["request"] });
  let unansweredAt = Number.NEGATIVE_INFINITY;
  const fetchKeys: FetchImplementation = async (url, { headers }) => {
    if (performance.now() - unansweredAt < AFTER_FAILURE_MS) throw new ProviderDown("it did not answer a moment ago");
    // Until it has answered.
    unansweredAt = performance.now();
    const answer = await ask(url, { method: "GET", headers: Object.fromEntries(headers), body: undefined, redirect: "manual" });
    if (answer.status !== 200) throw new ProviderDown(`status ${answer.status}`);
    unansweredAt = Number.NEGATIVE_INFINITY;
    return answer;
  };
  const keys = all.get(address) ?? createRemoteJWKSet(new URL(address), { [customFetch]: fetchKeys, cooldownDuration: PAUSE_MS });
  all.set(address, keys);
  return keys;
}

import { buildAuthorizationUrl, calculatePKCECodeChallenge, None, randomNonce, randomPKCECodeVerifier, randomState, type ServerMetadata } from "openid-client";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { isProviderDown } from "./ask-provider";
import { configurationOf, redirectAddress } from "./configure";
import { discover } from "./discover";
import { findProvider } from "./list-providers";
import { noteTrouble } from "./note-trouble";
import type { ProviderPurpose } from "./schema";
import { sealRequest } from "./sealed-request";

export type BeginAuthorization = {
  name: string;
  purpose: ProviderPurpose;
  /** Who alone may come back: the browser's id to sign in, else the session's. */
  holder: string;
  /** A path of ours, already checked. */
  next: string | null;
  remember: boolean;
  /** The account's counter, where a session asks, read with what was verified. */
  ways?: number;
};

/**
 * Sends somebody to a provider: `url` is where to, `sealed` what their browser keeps meanwhile (authorization code flow with
 * PKCE, `state` and `nonce`: RFC 6749, RFC 7636, OpenID Connect Core 1.0). Writes nothing. Errors: `not_found` (no such
 * provider, or it is asked to prove what it never says), `unavailable` (it does not answer).
 */
export async function beginAuthorization(context: Context, { name, purpose, ways, ...rest }: BeginAuthorization): Promise<{ url: string; sealed: string } | Failure> {
  const provider = findProvider(context, name);
  if (!provider || (purpose === "prove" && !provider.provesAfresh)) return fail("not_found");
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  try {
    const metadata = await discover(context, provider);
    const config = configurationOf(context, provider, metadata, None());
    const url = buildAuthorizationUrl(config, {
      redirect_uri: redirectAddress(context, provider),
      scope: scopeOf(provider),
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(isOpenId(provider) && { nonce }),
      // Whoever borrows a browser may find it signed in there as well.
      ...(purpose === "prove" && { prompt: "login", max_age: "0" }),
      ...(purpose === "link" && letsChoose(provider, metadata) && { prompt: "select_account" }),
    });
    return { url: url.href, sealed: sealRequest(context, { name, purpose, ...rest, ways: ways ?? null, state, nonce, verifier, begun: context.clock.now() }) };
  } catch (error) {
    noteTrouble(context, provider, "start", error);
    return noAnswer(provider, isProviderDown(error));
  }
}

/** In words that are ours, whatever it said. */
function noAnswer({ label }: ProviderSettings, isDown: boolean): Failure {
  return fail("unavailable", { detail: `${label} ${isDown ? "does not answer" : "cannot be used"} right now. Please try again in a moment, or use another way.` });
}

/** GitHub and Facebook are not. */
export function isOpenId({ preset }: ProviderSettings): boolean {
  return preset !== "github" && preset !== "facebook";
}

/**
 * Whether it asks which account is meant, for whoever it is that is signed in there. Of presets it is known (GitHub's page is the same
 * but for the protocol; Facebook has none); others have to publish it (`prompt_values_supported`), for what a provider does not
 * know it may refuse, and must where it cannot ask (OpenID Connect Core 1.0, 3.1.2.1).
 */
function letsChoose({ preset }: ProviderSettings, { prompt_values_supported: published }: ServerMetadata): boolean {
  if (preset !== null) return preset !== "facebook";
  return Array.isArray(published) && published.includes("select_account");
}

/** No more than who somebody is, their address, name and picture. */
function scopeOf({ preset }: ProviderSettings): string {
  if (preset === "github") return "read:user user:email";
  return preset === "facebook" ? "public_profile email" : "openid email profile";
}

import type { ServerMetadata } from "openid-client";
import { singleton } from "@/lib/core/singleton";
import { mayCarrySecrets } from "@/lib/core/loopback";
import type { ProviderSettings } from "@/lib/platform/provider-settings";

/** What a provider published of itself, when that was read and last asked for, and the reading that is under way. */
export type KnownMetadata = { metadata: ServerMetadata | null; readAt: number; askedAt: number; reading: Promise<ServerMetadata> | null };

/** Of one process, by issuer. */
export function knownMetadata({ issuer }: ProviderSettings): KnownMetadata {
  const all = singleton("providers.metadata", () => new Map<string, KnownMetadata>());
  const known = all.get(issuer) ?? { metadata: null, readAt: 0, askedAt: 0, reading: null };
  all.set(issuer, known);
  return known;
}

/** Where GitHub and Facebook are asked, which are OAuth 2.0 and publish nothing to go by; null of the others. */
export function fixedMetadata({ preset, issuer }: ProviderSettings): (ServerMetadata & { api: string }) | null {
  const base = issuer.replace(/\/+$/, "");
  if (preset === "github") {
    // What it calls itself in `iss`. A GitHub Enterprise Server has its API below itself.
    const itself = `${base}/login/oauth`;
    const api = base === "https://github.com" ? "https://api.github.com" : `${base}/api/v3`;
    return { issuer: itself, authorization_endpoint: `${itself}/authorize`, token_endpoint: `${itself}/access_token`, api };
  }
  if (preset === "facebook") {
    const api = `${base.replace("https://www.", "https://graph.")}/v23.0`;
    return { issuer: base, authorization_endpoint: `${base}/v23.0/dialog/oauth`, token_endpoint: `${api}/oauth/access_token`, api };
  }
  return null;
}

/**
 * Where a form may lead that starts with a provider (CSP `form-action`, which Chromium applies to redirects too). Nobody waits
 * for one that has not told yet where that is: until then it may be anywhere where secrets can be sent.
 */
export function authorizationSources(providers: readonly ProviderSettings[]): string[] {
  const sources = providers.flatMap((provider) => {
    const endpoint = (fixedMetadata(provider) ?? knownMetadata(provider).metadata)?.authorization_endpoint;
    return endpoint === undefined ? [new URL(provider.issuer).origin, "https:"] : [new URL(endpoint).origin];
  });
  return [...new Set(sources)];
}

/** Whether it is told where to send people, and to ask for tokens and keys, and can be. */
export function isUsable({ authorization_endpoint: authorize, token_endpoint: token, jwks_uri: keys }: ServerMetadata): boolean {
  return [authorize, token, keys].every((address) => address !== undefined && URL.canParse(address) && mayCarrySecrets(new URL(address)));
}

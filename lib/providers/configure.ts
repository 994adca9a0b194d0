import { allowInsecureRequests, type ClientAuth, Configuration, customFetch, enableNonRepudiationChecks, type ServerMetadata } from "openid-client";
import type { Context } from "@/lib/core/context";
import { isLoopback } from "@/lib/core/loopback";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { askingWithin } from "./ask-provider";

/**
 * What the library goes by in one request. The signature of an ID token is checked as well, although it came over TLS from the
 * one who made it: with keys that are fetched for it, so that none is too old when a provider changes them.
 */
export function configurationOf(context: Pick<Context, "request">, { clientId, issuer }: ProviderSettings, metadata: ServerMetadata, auth: ClientAuth): Configuration {
  const config = new Configuration(metadata, clientId, undefined, auth);
  config[customFetch] = askingWithin(context);
  // It is askingWithin that gives up.
  config.timeout = undefined;
  for (const allow of insecurely(new URL(issuer))) allow(config);
  if (metadata.jwks_uri !== undefined) enableNonRepudiationChecks(config);
  return config;
}

/** The library takes no http, which a provider on this machine may speak; askingWithin takes it from no other. */
export function insecurely({ hostname }: URL): ((config: Configuration) => void)[] {
  return isLoopback(hostname) ? [allowInsecureRequests] : [];
}

/** Where a provider sends people back to (RFC 6749, 3.1.2): of each its own, so that none can answer for another (RFC 9700, 4.4). */
export function redirectAddress({ settings }: Pick<Context, "settings">, { name }: ProviderSettings): string {
  return `${settings.APP_URL}/api/auth/providers/${name}/callback`;
}

import { customFetch, discovery, None, type ServerMetadata } from "openid-client";
import type { Context } from "@/lib/core/context";
import { timeLeft, withDeadline } from "@/lib/core/deadline";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { askingWithin, isProviderDown, ProviderDown } from "./ask-provider";
import { insecurely } from "./configure";
import { fixedMetadata, isUsable, knownMetadata } from "./known-metadata";
import { noteTrouble } from "./note-trouble";

const FRESH_MS = 60 * 60_000;
/** How often one that does not answer is asked for the sake of pages that may want to know. */
const PAUSE_MS = 10_000;
/** What is left of a request to say that nothing is known. */
const AFTERWARDS_MS = 700;

/**
 * Where a provider is asked, as it published it (OpenID Connect Discovery 1.0); remembered, and read again behind what goes by
 * it. However many want to know, it is asked once at a time. Rejects with ProviderDown when it does not answer in time, or with something else; the next
 * one who wants to know asks again.
 */
export async function discover(context: Context, provider: ProviderSettings): Promise<ServerMetadata> {
  const fixed = fixedMetadata(provider);
  if (fixed) return fixed;
  const known = knownMetadata(provider);
  if (!known.metadata) return withinTime(context, readOnce(context, provider));
  if (context.clock.now() - known.readAt > FRESH_MS) discoverBehind(context, provider);
  return known.metadata;
}

/** Finds out what is not known yet, for those who press a button later. Nobody waits for it, and it fails for nobody. */
export function discoverAll(context: Context): void {
  for (const provider of context.settings.OIDC_PROVIDERS) {
    const { metadata, askedAt } = knownMetadata(provider);
    if (!fixedMetadata(provider) && !metadata && context.clock.now() - askedAt > PAUSE_MS) discoverBehind(context, provider);
  }
}

function discoverBehind(context: Context, provider: ProviderSettings): void {
  readOnce(context, provider).catch((error: unknown) => noteTrouble(context, provider, "discovery", error));
}

function readOnce(context: Context, provider: ProviderSettings): Promise<ServerMetadata> {
  const known = knownMetadata(provider);
  if (known.reading) return known.reading;
  known.askedAt = context.clock.now();
  known.reading = read(provider)
    .then((metadata) => {
      Object.assign(known, { metadata, readAt: context.clock.now() });
      return metadata;
    })
    .catch((cause: unknown) => {
      throw isProviderDown(cause) ? cause : new ProviderDown("it publishes nothing that can be used", { cause });
    })
    .finally(() => {
      known.reading = null;
    });
  return known.reading;
}

/** Goes on when the request that began it is over: others wait for it too. */
async function read({ issuer, preset, clientId }: ProviderSettings): Promise<ServerMetadata> {
  const ask = askingWithin({ request: { answerBy: Number.POSITIVE_INFINITY } as Context["request"] });
  // Microsoft's name for itself is that of many tenants, so that it is compared here and not by the library.
  const server = new URL(preset === "microsoft" ? `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration` : issuer);
  const found = await discovery(server, clientId, undefined, None(), { [customFetch]: ask, execute: insecurely(server) });
  const metadata: ServerMetadata = found.serverMetadata();
  if (new URL(metadata.issuer).origin !== server.origin) throw new Error("it speaks for another one");
  if (!isUsable(metadata)) throw new ProviderDown("it does not say where to ask");
  return metadata;
}

function withinTime<T>(context: Context, work: Promise<T>): Promise<T> {
  const left = timeLeft(context, { earlier: AFTERWARDS_MS });
  return left === Number.POSITIVE_INFINITY ? work : withDeadline(work, left, "provider").catch((cause: unknown) => Promise.reject(new ProviderDown("no answer", { cause })));
}

import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { type BeginAuthorization, beginAuthorization } from "@/lib/providers/begin-authorization";
import { finishAuthorization } from "@/lib/providers/finish-authorization";
import { openRequest, type ProviderRequest } from "@/lib/providers/sealed-request";
import { type BadProvider, CLIENT } from "@/tests/support/bad-provider";
import { visitor } from "../auth/account";

/** The same house with these providers, asked from an address that no test has used before. */
export function houseWith(context: Context, ...providers: (Partial<ProviderSettings> & { name: string; issuer: string })[]): Context {
  const usual = { preset: null, ...CLIENT, label: "Acme", trustEmail: true, provesAfresh: true };
  return visitor({ ...context, settings: { ...context.settings, OIDC_PROVIDERS: providers.map((provider) => ({ ...usual, ...provider })) } });
}

export type Sent = { url: URL; sealed: string; request: ProviderRequest; browserId: string };

/** Somebody is sent there. */
export async function sendThere(context: Context, name = "acme", more: Partial<BeginAuthorization> = {}): Promise<Sent> {
  const browserId = newId();
  const begun = await beginAuthorization(context, { name, purpose: "sign_in", holder: browserId, next: null, remember: false, ...more });
  if (isFailure(begun)) throw new Error(begun.detail ?? begun.failure);
  const request = openRequest(context, name, begun.sealed, { browserId, sessionId: more.holder ?? null });
  if (!request) throw new Error("it does not open");
  return { url: new URL(begun.url), sealed: begun.sealed, request, browserId };
}

/** And comes back, with what else the address says. */
export function comeBack(context: Context, { request }: Sent, query: Record<string, string> = {}, usedHere = false): ReturnType<typeof finishAuthorization> {
  return finishAuthorization(context, request, new URLSearchParams({ code: "code", state: request.state, ...query }), { usedHere });
}

/** There and back to one that answers as it was told to. */
export async function roundTrip(context: Context, provider: BadProvider, { name = "acme", query = {}, ...more }: Partial<BeginAuthorization> & { query?: Record<string, string> } = {}): ReturnType<typeof finishAuthorization> {
  const sent = await sendThere(context, name, more);
  provider.nonce = sent.url.searchParams.get("nonce") ?? "";
  return comeBack(context, sent, query);
}

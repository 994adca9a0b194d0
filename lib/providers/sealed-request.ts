import { z } from "zod";
import type { Context } from "@/lib/core/context";
import { derivedKey, openAtRest, sealAtRest, type SealingKey } from "@/lib/core/sealing";
import type { Settings } from "@/lib/platform/env";
import { providerPurposes } from "./schema";

/** How long somebody may take at a provider. */
export const REQUEST_MINUTES = 10;

const providerRequest = z.strictObject({
  /** Of the provider. */
  name: z.string(),
  purpose: z.enum(providerPurposes),
  /** Who alone may come back with it: a browser that signs in, else a session, by its id. */
  holder: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string().nullable(),
  remember: z.boolean(),
  /** The account's counter, as it was when a session asked. */
  ways: z.number().nullable(),
  /** Milliseconds of our clock. */
  begun: z.number(),
});
/** What is remembered of somebody who was sent to a provider: by their browser, for looking at a page or pressing a button writes no row. */
export type ProviderRequest = z.infer<typeof providerRequest>;

/** Who comes back: the browser, and the session that it holds. */
export type Returning = { browserId: string; sessionId: string | null };

/** Opens nowhere but here, whatever else was sealed for this browser. */
const PLACE = "provider-request";

export function sealRequest({ settings }: Pick<Context, "settings">, request: ProviderRequest): string {
  return sealAtRest(keysOf(settings), PLACE, JSON.stringify(request));
}

/** Null for one of another browser, session or provider (login CSRF, mix-up), one that is too old, and one of another version. Whether it was used before is found out when it is spent. */
export function openRequest({ settings, clock }: Pick<Context, "settings" | "clock">, name: string, sealed: string | null, { browserId, sessionId }: Returning): ProviderRequest | null {
  const text = sealed === null ? null : openAtRest(keysOf(settings), PLACE, sealed);
  if (text === null) return null;
  // Sealed by another version, in a rolling upgrade: then it is asked for anew.
  const request = providerRequest.safeParse(JSON.parse(text)).data;
  if (!request) return null;
  const isTheirs = request.holder === (request.purpose === "sign_in" ? browserId : sessionId);
  return isTheirs && request.name === name && request.begun + REQUEST_MINUTES * 60_000 > clock.now() ? request : null;
}

function keysOf({ SESSION_SECRETS }: Settings): SealingKey[] {
  return SESSION_SECRETS.map(({ id, secret }) => ({ id: String(id), key: derivedKey({ id: String(id), key: Buffer.from(secret) }, "latchkey provider request") }));
}

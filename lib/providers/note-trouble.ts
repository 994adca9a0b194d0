import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import type { ProviderSettings } from "@/lib/platform/provider-settings";

const MOST_CAUSES = 5;
const SELDOM_MS = 60_000;
/** A code of RFC 6749 and its like. Any other text is of whoever sent it. */
const CODE = /^[a-z_]{1,40}$/;

/** The code by which a provider says no, in its answer to a browser or to us (RFC 6749, 4.1.2.1 and 5.2); null where that is not what went wrong. */
export function refusalIn(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  if (error.code === "OAUTH_WWW_AUTHENTICATE_CHALLENGE") return "invalid_client";
  const isRefusal = error.code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR" || error.code === "OAUTH_RESPONSE_BODY_ERROR";
  return isRefusal && "error" in error && typeof error.error === "string" && CODE.test(error.error) ? error.error : null;
}

/**
 * Why something with a provider came to nothing, for the log: of each error its kind, code and the library's own words, which
 * hold no token, code or claim. What hangs on them does, and what a parser says of a text.
 */
export function noteTrouble({ log }: Context, { name }: ProviderSettings, what: string, error: unknown, leftOut = 0): void {
  const causes: object[] = [];
  for (let current = error; current instanceof Error && causes.length < MOST_CAUSES; current = current.cause) {
    causes.push({ type: current.name, code: "code" in current ? String(current.code) : undefined, said: refusalIn(current) ?? undefined, ...(!(current instanceof SyntaxError) && { message: current.message }) });
  }
  log.warn({ provider: name, what, causes, ...(leftOut > 0 && { leftOut }) }, "providers: no answer that can be used");
}

/** The same where anybody can cause it, as often as they like: a line a minute, and with it how many were left out since the last. */
export function noteTroubleSeldom(context: Context, provider: ProviderSettings, what: string, error: unknown): void {
  const all = singleton("providers.trouble", () => new Map<string, { writtenAt: number; leftOut: number }>());
  const key = `${provider.name} ${what}`;
  const known = all.get(key);
  const now = context.clock.now();
  if (known && now - known.writtenAt < SELDOM_MS) {
    known.leftOut += 1;
    return;
  }
  all.set(key, { writtenAt: now, leftOut: 0 });
  noteTrouble(context, provider, what, error, known?.leftOut);
}

import type { CustomFetch } from "openid-client";
import type { Context } from "@/lib/core/context";
import { timeLeft } from "@/lib/core/deadline";
import { readAtMost } from "@/lib/core/read-at-most";
import { mayCarrySecrets } from "@/lib/core/loopback";

/** One answer of a provider. */
const DEADLINE_MS = 3_000;
/** What is left of a request to say that none came, or to do what it leads to. */
const AFTERWARDS_MS = 800;
const MAX_BYTES = 1024 * 1024;
const SERVER_ERRORS = 500;
const TOO_MANY_REQUESTS = 429;
const NO_BODY = [204, 205, 304];

/** A provider did not answer, or said that it cannot. Compare `code`. */
export class ProviderDown extends Error {
  readonly code = "PROVIDER_DOWN";
}

/** Whether an error comes of that, through its causes. */
export function isProviderDown(error: unknown): boolean {
  for (let current = error, depth = 0; typeof current === "object" && current !== null && depth < 5; depth++) {
    if ("code" in current && current.code === "PROVIDER_DOWN") return true;
    current = "cause" in current ? current.cause : null;
  }
  return false;
}

/**
 * How providers are asked: each answer is waited for 3 s in all, and never for longer than the request has; it is at most
 * 1 MB, and redirects are not followed. Where it goes comes from the operator or from what a provider of theirs publishes,
 * which must not send secrets in plain.
 */
export function askingWithin(context: Pick<Context, "request">): CustomFetch {
  return async (address, { method, headers, body }) => {
    if (!mayCarrySecrets(new URL(address))) throw new ProviderDown("an address without TLS");
    const deadline = Math.min(DEADLINE_MS, timeLeft(context, { earlier: AFTERWARDS_MS }));
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error(`slower than ${Math.round(deadline)} ms`)), deadline);
    try {
      const answer = await fetch(address, { method, headers, body: body as BodyInit | null, redirect: "manual", cache: "no-store", signal: abort.signal });
      if (answer.status >= SERVER_ERRORS || answer.status === TOO_MANY_REQUESTS) throw new Error(`status ${answer.status}`);
      const bytes = await readAtMost(answer, MAX_BYTES);
      return new Response(NO_BODY.includes(answer.status) ? null : bytes, { status: answer.status, headers: answer.headers });
    } catch (cause) {
      // Ends an answer that is not read to its end.
      abort.abort();
      throw new ProviderDown("no answer", { cause });
    } finally {
      clearTimeout(timer);
    }
  };
}

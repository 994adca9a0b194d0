import { isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { afterTrouble } from "@/lib/core/provider-trouble";
import { type Authorized, finishAuthorization } from "@/lib/providers/finish-authorization";
import { linkIdentity } from "@/lib/providers/link-identity";
import { proveByProvider } from "@/lib/providers/prove-by-provider";
import { openRequest, type ProviderRequest } from "@/lib/providers/sealed-request";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { attemptCookie } from "./attempt-cookie";
import { readBrowser } from "./browser";
import { deviceCookie } from "./device-cookie";
import type { Endpoint, Input, Reply } from "./endpoint";
import { proofCookie, readProof } from "./proof-cookie";
import { clearedProviderCookie, lastProviderCookie, readLastProvider, readProviderCookie } from "./provider-cookies";
import { noteLink } from "./provider-start";
import { signInCookies } from "./sign-in-cookies";
import { clearedTypedCookie } from "./typed-cookie";

/** What a call that throws, or takes too long, was for: `leadOn` has nothing but the request. */
const opened = new WeakMap<Headers, ProviderRequest>();

type Call = Input<unknown, Record<string, string>>;

/**
 * Somebody comes back from a provider, and is led on: to what they were sent there for, or to a page that says why it came to
 * nothing. What they were sent for stands in a cookie of theirs, never in the address.
 */
export async function answerCallback(context: Context, { query, params: { name = "" }, headers, visitor }: Call, reply: Reply): Promise<void> {
  const { settings, actor } = context;
  const browser = await readBrowser(settings, headers.get("cookie"));
  const sealed = readProviderCookie(settings, headers.get("cookie"));
  const request = openRequest(context, name, sealed, { browserId: browser.browserId, sessionId: actor.kind === "user" ? actor.sessionId : null });
  if (!request) return reply.seeOther(afterTrouble(fail(visitor.identity.state === "unknown" ? "unavailable" : "attempt_over"), { purpose: "sign_in", name, next: null }));
  opened.set(headers, request);
  const done = await finish(context, request, new URLSearchParams(query), { browser, headers }, reply);
  // Who is led here with an answer to nothing that was asked takes nothing away from what is under way.
  if (!isFailure(done) || done.failure !== "attempt_over") reply.setCookie(clearedProviderCookie(settings));
  if (isFailure(done)) await noteLink(context, done, request.purpose, reply);
  reply.seeOther(isFailure(done) ? afterTrouble(done, request) : done);
}

async function finish(context: Context, request: ProviderRequest, search: URLSearchParams, { browser, headers }: { browser: SigningBrowser; headers: Headers }, reply: Reply): Promise<string | Failure> {
  const last = await readLastProvider(context.settings, headers.get("cookie"));
  const authorized = await finishAuthorization(context, request, search, { usedHere: last?.name === request.name && last.browserId === browser.browserId });
  if (isFailure(authorized)) return authorized;
  if (request.purpose === "sign_in") return signIn(context, request, authorized, browser, reply);
  const user = context as UserContext;
  const ways = request.ways ?? -1;
  const next = request.next ?? "/security";
  if (request.purpose === "link") {
    const linked = await linkIdentity(user, { ...authorized, ways, proof: { secret: readProof(context.settings, headers) } });
    if (isFailure(linked)) return linked;
    reply.setCookie(clearedTypedCookie(context.settings));
    return next;
  }
  const proven = await proveByProvider(user, { ...authorized, ways, startedAt: new Date(request.begun) });
  if (isFailure(proven)) return proven;
  reply.setCookie(proofCookie(context.settings, proven.secret));
  return next;
}

async function signIn(context: Context, { name, next, remember }: ProviderRequest, authorized: Authorized, browser: SigningBrowser, reply: Reply): Promise<string | Failure> {
  const { settings } = context;
  const begun = await signInByProvider(context, { ...authorized, next, remember }, browser);
  if (isFailure(begun)) return begun;
  reply.setCookie(await lastProviderCookie(settings, name, browser.browserId));
  if (isBegunAttempt(begun)) {
    reply.setCookie(await attemptCookie(settings, begun.credential));
    reply.setCookie(await deviceCookie(settings, browser.browserId));
    return "/continue";
  }
  for (const cookie of await signInCookies(context, begun, browser.browserId)) reply.setCookie(cookie);
  return next ?? "/devices";
}

/** Whoever is led here by a browser is led on by whatever happens: a page says what went wrong, in words. */
export function leadOn(endpoint: Endpoint): Endpoint {
  async function handle(request: Request, params: Record<string, string>): Promise<Response> {
    const answer = await endpoint(request, params);
    if (answer.status === 303) return answer;
    const { code } = (await answer.json()) as { code: Failure["failure"] };
    const headers = new Headers(answer.headers);
    headers.delete("content-type");
    // A parameter that is there twice: the provider's answer is no good, and says nothing of an address.
    const failure = code === "invalid_input" ? "invalid_credentials" : code;
    headers.set("location", afterTrouble({ failure }, opened.get(request.headers) ?? { purpose: "sign_in", name: params.name ?? "", next: null }));
    return new Response(null, { status: 303, headers });
  }
  // No failure of its own leaves it.
  return Object.assign(handle, { operation: { ...endpoint.operation, endpoint: false } });
}

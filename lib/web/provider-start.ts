import { refuseUntilSetUp } from "@/lib/access/second-factor-required";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { afterTrouble } from "@/lib/core/provider-trouble";
import { beginAuthorization } from "@/lib/providers/begin-authorization";
import { beginLink } from "@/lib/providers/link-identity";
import { findProvider } from "@/lib/providers/list-providers";
import { beginProof } from "@/lib/providers/prove-by-provider";
import type { ProviderPurpose, StartProviderInput } from "@/lib/providers/schema";
import { browserOf } from "./answer-challenge";
import type { Input, Reply } from "./endpoint";
import { readProof } from "./proof-cookie";
import { providerCookie } from "./provider-cookies";
import { isForm, readForm } from "./read-form";
import { readJson } from "./read-json";
import { typedCookie } from "./typed-cookie";

type Call = Input<StartProviderInput, unknown>;

/** A plain form's fields, or JSON. A box that is ticked is what it is there. */
export async function readStart(request: Request): Promise<{ json: unknown } | Failure> {
  if (!isForm(request.headers)) return readJson(request);
  const form = await readForm(request);
  return isFailure(form) ? form : { json: { ...form.json, ...("remember" in form.json && { remember: form.json.remember === "on" }) } };
}

/**
 * Sends a browser to a provider; `next` is a path of ours by now. A script is told where to, and goes there by itself; a plain form is sent
 * there, or back to a page that says what went wrong.
 */
export async function startProvider(context: Context, call: Call, next: string | null, reply: Reply): Promise<{ url: string } | Failure> {
  const begun = await begin(context, call, next, reply);
  if (isFailure(begun)) await noteLink(context, begun, call.body.purpose, reply);
  if (!isForm(call.headers)) return begun;
  const { purpose } = call.body;
  const url = isFailure(begun) ? afterTrouble(begun, { purpose, name: call.params.name ?? "", next }) : begun.url;
  reply.seeOther(url);
  return { url };
}

/** Who comes back from a step-up is told to press *Link* once more. */
export async function noteLink({ settings }: Context, { failure }: Failure, purpose: ProviderPurpose, reply: Reply): Promise<void> {
  if (purpose === "link" && failure === "proof_required") reply.setCookie(await typedCookie(settings, { page: "/security", fields: { pressed: "link" } }));
}

async function begin(context: Context, { body: { purpose, remember = false }, params: { name = "" }, headers, visitor }: Call, next: string | null, reply: Reply): Promise<{ url: string } | Failure> {
  if (!findProvider(context, name)) return fail("not_found");
  const holder = purpose === "sign_in" ? { holder: await browserOf(context, headers, reply) } : await holderOf(context, visitor, purpose, name, headers);
  if (isFailure(holder)) return holder;
  const begun = await beginAuthorization(context, { name, purpose, next, remember, ...holder });
  if (isFailure(begun)) return begun;
  reply.setCookie(providerCookie(context.settings, begun.sealed));
  return { url: begun.url };
}

/** The session that asks, and its account's counter: what would be refused when it comes back is refused here. */
async function holderOf(context: Context, { identity }: Call["visitor"], purpose: "link" | "prove", name: string, headers: Headers): Promise<{ holder: string; ways: number } | Failure> {
  if (identity.state === "unknown") return fail("unavailable");
  if (identity.state !== "authenticated") return fail("unauthenticated");
  const user = context as UserContext;
  const closed = purpose === "link" ? await refuseUntilSetUp(user, identity.user.role) : undefined;
  if (closed) return closed;
  const may = purpose === "link" ? await beginLink(user, { secret: readProof(context.settings, headers) }) : await beginProof(user, name);
  return isFailure(may) ? may : { holder: user.actor.sessionId, ways: may.ways };
}

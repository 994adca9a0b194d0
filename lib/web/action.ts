import { cookies, headers } from "next/headers";
import { redirect, unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { Permission } from "@/lib/access/schema";
import { refuseUntilSetUp } from "@/lib/access/second-factor-required";
import type { ActionState } from "@/lib/core/action-state";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { errorTable, type Failure, fail, isFailure } from "@/lib/core/errors";
import { SCRIPT_HEADER } from "@/lib/core/headers";
import { isOutage } from "@/lib/core/outage";
import type { Identity } from "@/lib/sessions/identity";
import type { SetCookie } from "./cookie-header";
import { noteRefused } from "./note-refused";
import { parseInput } from "./parse-input";
import { isSameOrigin } from "./same-origin";
import { visit } from "./visitor";

const MINUTE = 60;

/** What an action returns to lead the browser to another path of ours; or to the address of an app, once that was found among those that are registered. */
export type Lead = { readonly leadTo: string };

export function leadTo(path: string): Lead {
  return { leadTo: path };
}

export type ServerAction<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

/**
 * Every action that the pages reach is a public POST, so it checks for itself where it comes from, who asks and what
 * it is given, in this order. Failures come back as values. So do paths to go to, where a script asks: for a `redirect`
 * Next would fetch that page from this app itself, in the name of the browser but not from its address.
 */
function serverAction<C, S extends z.ZodType, T>(
  admit: (context: Context, identity: Identity) => Promise<C | Failure | Lead>,
  schema: S,
  run: (context: C, input: z.output<S>) => Promise<T | Failure | Lead>,
  budgetMs?: number,
): ServerAction<T> {
  return async (_previous, form) => {
    const requestHeaders = await headers();
    const { context, identity } = await visit(requestHeaders, { budgetMs });
    const typed = typedIn(form);
    async function work(): Promise<T | Failure | Lead> {
      if (!isSameOrigin(context.settings, requestHeaders)) return fail("cross_origin");
      const admitted = await admit(context, identity);
      if (isFailure(admitted) || isLead(admitted)) return admitted;
      const input = parseInput(schema, typed.all);
      return isFailure(input) ? input : run(admitted, input.value);
    }
    let result: T | Failure | Lead;
    try {
      result = await withinRequest(context, work());
    } catch (error) {
      unstable_rethrow(error);
      const outage = isOutage(error);
      context.log[outage ? "warn" : "error"]({ err: error }, "action failed");
      result = fail(outage ? "unavailable" : "internal");
    }
    if (isLead(result)) return requestHeaders.has(SCRIPT_HEADER) ? { status: "leaving", to: result.leadTo } : redirect(result.leadTo);
    if (!isFailure(result)) return { status: "ok", value: result };
    noteRefused(context, result, "A form of a page");
    const fields = Object.fromEntries((result.errors ?? []).map(({ path, message }) => [path, message]));
    return { status: "failed", code: result.failure, message: result.detail ?? wordsOf(result), fields, typed: typed.shown };
  };
}

/** A server action anyone may call. */
export function action<S extends z.ZodType, T>(schema: S, run: (context: Context, input: z.output<S>) => Promise<T | Failure | Lead>): ServerAction<T> {
  return serverAction(async (context) => context, schema, run);
}

/** A server action of a signed-in user. One whose session has ended is led to the sign-in page, one who has a second step to set up first to where that is done. */
export function userAction<S extends z.ZodType, T>(
  schema: S,
  run: (context: UserContext, input: z.output<S>) => Promise<T | Failure | Lead>,
  budgetMs?: number,
): ServerAction<T> {
  return serverAction(asUser, schema, run, budgetMs);
}

/** One that is open to those too who have still to set up the second step that their role needs. */
export function setUpAction<S extends z.ZodType, T>(schema: S, run: (context: UserContext, input: z.output<S>) => Promise<T | Failure | Lead>): ServerAction<T> {
  return serverAction(asHolder, schema, run);
}

/** A server action of those who hold `permission`. */
export function adminAction<P extends Permission, S extends z.ZodType, T>(
  permission: P,
  schema: S,
  run: (context: AdminContext<P>, input: z.output<S>) => Promise<T | Failure | Lead>,
): ServerAction<T> {
  async function asAdministrator(context: Context, identity: Identity): Promise<AdminContext<P> | Failure | Lead> {
    const user = await asUser(context, identity);
    return isFailure(user) || isLead(user) ? user : requirePermission(user, permission);
  }
  return serverAction(asAdministrator, schema, run);
}

async function asHolder(context: Context, { state }: Identity): Promise<UserContext | Failure | Lead> {
  if (context.actor.kind === "user") return context as UserContext;
  return state === "unknown" ? fail("unavailable") : leadTo("/sign-in?ended=1");
}

async function asUser(context: Context, identity: Identity): Promise<UserContext | Failure | Lead> {
  const user = await asHolder(context, identity);
  if (isFailure(user) || isLead(user) || identity.state !== "authenticated") return user;
  return (await refuseUntilSetUp(user, identity.user.role)) ? leadTo("/security") : user;
}

function isLead(value: unknown): value is Lead {
  return typeof value === "object" && value !== null && "leadTo" in value;
}

/** Sets cookies on the answer of the action that is running. */
export async function setCookies(list: readonly SetCookie[]): Promise<void> {
  const jar = await cookies();
  for (const { name, value, maxAge, secure } of list) {
    jar.set(name, value, { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge });
  }
}

/** Who has to wait is told how long. */
function wordsOf({ failure, retryAfter = 0 }: Failure): string {
  const { title } = errorTable[failure];
  if (failure !== "rate_limited" || retryAfter <= MINUTE) return title;
  return `Too many attempts. Try again in ${Math.ceil(retryAfter / MINUTE)} minutes.`;
}

/** The form's fields, without React's own; files are none of ours. Passwords are never shown again. A caller may send no form at all. */
function typedIn(form: unknown): { all: Record<string, string>; shown: Record<string, string> } {
  const all: Record<string, string> = {};
  for (const [name, value] of form instanceof FormData ? form : []) if (typeof value === "string" && !name.startsWith("$")) all[name] = value;
  const shown = Object.fromEntries(Object.entries(all).filter(([name]) => !/password/i.test(name)));
  return { all, shown };
}

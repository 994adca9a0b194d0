import { z } from "zod";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { Permission } from "@/lib/access/schema";
import { refuseUntilSetUp } from "@/lib/access/second-factor-required";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { bearerToken } from "./bearer";
import { serialiseCookie, type SetCookie } from "./cookie-header";
import { type NotedFailures, noteRefused } from "./note-refused";
import { errorsOf, type Operation } from "./operation";
import { parseInput, readQuery } from "./parse-input";
import { problem } from "./problem";
import { readJson } from "./read-json";
import { isNativeOrigin, isSameOrigin } from "./same-origin";
import { type Visitor, visit } from "./visitor";

const nothing = z.strictObject({});
type Nothing = typeof nothing;

export type Input<B, Q> = { body: B; query: Q; params: Record<string, string>; visitor: Visitor; headers: Headers };
/** What an operation may add to its answer. */
export type Reply = {
  setCookie(cookie: SetCookie): void;
  /** Another status than the usual one of a good answer. */
  setStatus(status: number): void;
  /** Answers 303 to there, and nothing else: to the browser of a plain form, or one that was sent here. */
  seeOther(location: string): void;
  /** A file in place of the output. */
  sendFile(file: { name: string; type: string; text: string }): void;
};

type Common<B extends z.ZodType, Q extends z.ZodType, O extends z.ZodType | null> = Omit<Operation, "session" | "endpoint"> & {
  body?: B;
  query?: Q;
  /** Everything that leaves goes through this, so that an added column cannot leak; null answers 204. */
  output: O;
  /** Reads the body; JSON unless given. */
  readBody?: (request: Request) => Promise<{ json: unknown } | Failure>;
  /** Its failures that leave an event beside those that always do, and of what. */
  noted?: NotedFailures;
  /** Until when it answers, milliseconds; the usual budget unless given. */
  budgetMs?: number;
};
type Output<O> = O extends z.ZodType ? z.input<O> : void;
type Run<C, B extends z.ZodType, Q extends z.ZodType, O> = (
  context: C,
  input: Input<z.output<B>, z.output<Q>>,
  reply: Reply,
) => Promise<Output<O> | Failure>;

type Handle = (request: Request, params: Record<string, string>) => Promise<Response>;

export type Endpoint = Handle & { operation: Operation };

/** Any other handler, with what the published contract says of it. */
export function described(operation: Omit<Operation, "endpoint">, handle: Handle): Endpoint {
  return Object.assign(handle, { operation: { ...operation, endpoint: false } });
}

/** One method of a route that a signed-in user calls. */
export function userEndpoint<O extends z.ZodType | null, B extends z.ZodType = Nothing, Q extends z.ZodType = Nothing>(
  spec: Common<B, Q, O> & {
    run: Run<UserContext, B, Q, O>;
    /** Takes a place before the body is read; what it returns gives the place back. */
    admit?: (context: UserContext) => (() => void) | Failure;
  },
): Endpoint {
  return endpoint({ ...spec, session: true }, async ({ context, identity }, request, read, reply) => {
    // A Bearer token is sent by no browser on its own: there is nothing to forge.
    if (changes(request) && bearerToken(request.headers) === null && !isSameOrigin(context.settings, request.headers)) return fail("cross_origin");
    if (identity.state === "unknown") return fail("unavailable");
    if (identity.state !== "authenticated") return fail("unauthenticated");
    const closed = spec.setUp ? undefined : await refuseUntilSetUp(context as UserContext, identity.user.role);
    if (closed) return closed;
    const leave = spec.admit?.(context as UserContext);
    if (isFailure(leave)) return leave;
    try {
      const input = await read();
      return isFailure(input) ? input : await spec.run(context as UserContext, input, reply);
    } finally {
      leave?.();
    }
  });
}

/** One method of a route for those who hold `permission`; the others are told so before anything of theirs is read. */
export function adminEndpoint<P extends Permission, O extends z.ZodType | null, B extends z.ZodType = Nothing, Q extends z.ZodType = Nothing>(
  spec: Common<B, Q, O> & { permission: P; run: Run<AdminContext<P>, B, Q, O> },
): Endpoint {
  return endpoint({ ...spec, session: true, errors: ["forbidden", ...(spec.errors ?? [])] }, async ({ context, identity }, request, read, reply) => {
    if (changes(request) && bearerToken(request.headers) === null && !isSameOrigin(context.settings, request.headers)) return fail("cross_origin");
    if (identity.state === "unknown") return fail("unavailable");
    if (context.actor.kind !== "user") return fail("unauthenticated");
    const admin = await requirePermission(context as UserContext, spec.permission);
    if (isFailure(admin)) return admin;
    const input = await read();
    return isFailure(input) ? input : spec.run(admin, input, reply);
  });
}

/** One method of a route that anyone may call. `cookieless`: whether a call with this body and these headers neither reads nor sets a cookie. */
export function publicEndpoint<O extends z.ZodType | null, B extends z.ZodType = Nothing, Q extends z.ZodType = Nothing>(
  spec: Common<B, Q, O> & { run: Run<Context, B, Q, O>; cookieless?: (body: z.output<B>, headers: Headers) => boolean },
): Endpoint {
  return endpoint({ ...spec, session: false }, async ({ context }, { method, headers }, read, reply) => {
    const safe = !changes({ method }) || isSameOrigin(context.settings, headers);
    if (!safe && !(spec.cookieless && isNativeOrigin(context.settings, headers))) return fail("cross_origin");
    const input = await read();
    if (isFailure(input)) return input;
    if (!safe && !spec.cookieless?.(input.body, headers)) return fail("cross_origin");
    return spec.run(context, input, reply);
  });
}

type Perform<B extends z.ZodType, Q extends z.ZodType, O> = (
  visitor: Visitor,
  request: Request,
  read: () => Promise<Input<z.output<B>, z.output<Q>> | Failure>,
  reply: Reply,
) => Promise<Output<O> | Failure>;

function endpoint<O extends z.ZodType | null, B extends z.ZodType, Q extends z.ZodType>(
  spec: Common<B, Q, O> & { session: boolean },
  perform: Perform<B, Q, O>,
): Endpoint {
  const operation: Operation = { ...spec, endpoint: true };
  const handle: Handle = async (request, params) => {
    const visitor = await visit(request.headers, spec);
    const { context } = visitor;
    const cookies: SetCookie[] = [];
    let status = spec.status;
    let location: string | null = null;
    let file: Parameters<Reply["sendFile"]>[0] | undefined;
    const reply: Reply = {
      setCookie: (cookie) => void cookies.push(cookie),
      setStatus: (other) => void (status = other),
      seeOther: (there) => void (location = there),
      sendFile: (sent) => void (file = sent),
    };

    async function work(): Promise<Response | Failure> {
      const result = await perform(visitor, request, () => readInput(spec, request, params, visitor), reply);
      if (location !== null && !isFailure(result)) return redirection(location, context.request.id);
      if (!isFailure(result) && file) return fileAnswer(file, context.request.id);
      return isFailure(result) ? result : success({ output: spec.output, ...(status !== undefined && { status }) }, result, context.request.id);
    }

    let outcome: Response | Failure;
    try {
      outcome = await withinRequest(context, work());
    } catch (error) {
      const outage = isOutage(error);
      context.log[outage ? "warn" : "error"]({ err: error, method: request.method, path: new URL(request.url).pathname }, "request failed");
      outcome = fail(outage ? "unavailable" : "internal");
    }
    if (isFailure(outcome) && !errorsOf(operation, request.method).includes(outcome.failure)) {
      context.log.error({ code: outcome.failure, path: new URL(request.url).pathname }, "a failure that the contract does not name");
    }
    const answer = isFailure(outcome) ? problem(noteRefused(context, outcome, operation.summary, spec.noted), context.request.id) : outcome;
    // Who is judged by a token has no cookie here that could be set or taken back.
    const byToken = spec.session && bearerToken(request.headers) !== null;
    const missed = byToken ? null : await visitor.missedCookie();
    for (const cookie of byToken ? [] : [...(missed ? [missed] : []), ...cookies]) answer.headers.append("set-cookie", serialiseCookie(cookie));
    return answer;
  };
  return Object.assign(handle, { operation });
}

function changes({ method }: { method: string }): boolean {
  return method !== "GET" && method !== "HEAD";
}

async function readInput<B extends z.ZodType, Q extends z.ZodType>(
  spec: { body?: B; query?: Q; readBody?: typeof readJson },
  request: Request,
  params: Record<string, string>,
  visitor: Visitor,
): Promise<Input<z.output<B>, z.output<Q>> | Failure> {
  const raw = changes(request) ? await (spec.readBody ?? readJson)(request) : { json: {} };
  if (isFailure(raw)) return raw;
  const rawQuery = readQuery(new URL(request.url));
  if (isFailure(rawQuery)) return rawQuery;
  const body = parseInput(spec.body ?? nothing, raw.json);
  if (isFailure(body)) return body;
  const query = parseInput(spec.query ?? nothing, rawQuery.query);
  if (isFailure(query)) return query;
  return { body: body.value as z.output<B>, query: query.value as z.output<Q>, params, visitor, headers: request.headers };
}

function redirection(location: string, requestId: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "private, no-store", "x-request-id": requestId } });
}

function success<O extends z.ZodType | null>(spec: { output: O; status?: number }, result: Output<O>, requestId: string): Response {
  const headers = { "cache-control": "private, no-store", "x-request-id": requestId };
  if (spec.output === null) return new Response(null, { status: spec.status ?? 204, headers });
  return Response.json(spec.output.parse(result), { status: spec.status ?? 200, headers });
}

function fileAnswer({ name, type, text }: Parameters<Reply["sendFile"]>[0], requestId: string): Response {
  return new Response(text, { headers: { "content-type": type, "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store", "x-request-id": requestId } });
}

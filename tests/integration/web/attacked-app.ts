import { afterAll, expect } from "vitest";
import { errorTable } from "@/lib/core/errors";
import { newDatabase } from "@/tests/support/new-database";
import { type RawAnswer, type RawRequest, rawRequest } from "@/tests/support/raw-request";
import { sharedApp } from "@/tests/support/shared-app";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { signedUp } from "../api/http-client";

/** The built app, and what must hold for every answer it gives, whatever was asked. */
export type AttackedApp = TestApp & {
  /** Sends it and judges the answer. */
  ask(request: RawRequest): Promise<RawAnswer>;
  /** The same as a signed-in browser: its cookie and our Origin. */
  askAs(browser: Victim, request: RawRequest): Promise<RawAnswer>;
  /** A browser with a new account. */
  victim(): Promise<Victim>;
};

export type Victim = { cookie: string; seal: string; deviceSeal: string; email: string; userId: string; sessionId: string; deviceId: string };

/** One of its own with settings of its own, else the shared one. */
export async function attackedApp(env?: Record<string, string>): Promise<AttackedApp> {
  const app = env ? await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, ...env } }) : (await sharedApp()).app;
  async function ask(request: RawRequest): Promise<RawAnswer> {
    const answer = await rawRequest(app.port, request);
    judge(answer);
    return answer;
  }
  afterAll(() => expect(app.output(), "nothing was logged as a fault of ours").not.toMatch(/"level":50|⨯|Error:/));
  return {
    ...app,
    ask,
    askAs: ({ cookie }, { headers = [], ...request }) => ask({ ...request, headers: [["Cookie", cookie], ["Origin", app.url], ...headers] }),
    async victim() {
      const { client, email, answer } = await signedUp(app.url);
      const [seal, deviceSeal] = [client.jar.get("latchkey") ?? "", client.jar.get("latchkey-device") ?? ""];
      const { user, session } = answer.body;
      return { cookie: `latchkey=${seal}`, seal, deviceSeal, email, userId: user.id, sessionId: session.id, deviceId: session.device.id };
    },
  };
}

/** A refusal of the front server itself (431, CONNECT, or no HTTP at all) has a status line and nothing more. */
const BARE = [0, 400, 405, 408, 431];
const LEAKS = /\n\s+at |node_modules|\.ts:|\.js:\d|ECONN|postgres|drizzle|ioredis|redis:|ZodError/i;

/** What API.md promises of every answer; a 500 is never one of them. */
function judge(answer: RawAnswer): void {
  const { status, headers, body, request } = answer;
  const one = (name: string) => headers.get(name)?.join(", ");
  if (BARE.includes(status) && body === "" && !headers.has("content-type")) return;
  expect(status, `${request}\n${body.slice(0, 300)}`).not.toBe(500);
  expect(status, request).toBeLessThanOrEqual(503);
  expect([one("x-content-type-options"), one("referrer-policy"), one("x-powered-by")], request).toEqual(["nosniff", "same-origin", undefined]);
  expect([...headers.keys()].filter((name) => /^x-(latchkey|middleware|invoke|matched|nextjs-rewrit|original)/.test(name)), request).toEqual([]);
  const isCall = / \/api\//.test(request);
  if (/ \/api\/auth\//.test(request)) expect(one("cache-control"), request).toContain("no-store");
  if (status >= 400 && isCall) judgeProblem(answer);
  if (one("content-type")?.startsWith("text/html")) judgePage(answer);
}

function judgeProblem({ status, headers, body, request }: RawAnswer): void {
  expect(headers.get("content-type"), request).toEqual(["application/problem+json"]);
  expect(headers.get("x-request-id")?.[0], request).toMatch(/^[0-9a-f-]{36}$/);
  const problem = JSON.parse(body);
  expect(errorTable[problem.code as keyof typeof errorTable], `${request}: ${problem.code}`).toMatchObject({ status, title: problem.title });
  expect(problem.status).toBe(status);
  expect(body, request).not.toMatch(LEAKS);
}

function judgePage({ headers, body, request }: RawAnswer): void {
  expect(headers.get("cache-control")?.join(), request).toContain("no-store");
  const policy = headers.get("content-security-policy")?.join() ?? "";
  const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
  expect(scripts, request).toMatch(/'nonce-[\w-]{20,}'/);
  expect(scripts, request).not.toContain("unsafe-inline");
  for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy, request).toContain(rule);
  const nonce = /'nonce-([\w-]+)'/.exec(scripts)?.[1];
  for (const [tag] of body.matchAll(/<script\b[^>]*>/g)) expect(tag, request).toContain(`nonce="${nonce}"`);
}

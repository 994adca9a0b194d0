import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { eq } from "drizzle-orm";
import { attempts } from "@/db/schema";
import { type AttemptRow, readOver } from "@/lib/auth/attempt-row";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { changePassword } from "@/lib/auth/change-password";
import { codeOf } from "@/lib/auth/email-code";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { renewTrust } from "@/lib/sessions/ledger/renew-trust";
import { newAccount, PASSWORD } from "@/tests/integration/auth/account";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { type RedisProxy, startRedisProxy } from "@/tests/support/redis-proxy";
import { begin, makeUser, ownerOf, visitorOf } from "@/tests/support/sessions";

const NEXT = "eleven green ladders";
const ENDED = { failure: "unavailable", detail: expect.stringMatching(/^It is ended/) };
const CHANGED = { failure: "unavailable", detail: expect.stringMatching(/^Your password is changed/) };

let postgres: PostgresProxy;
let redis: RedisProxy;
let context: Context;

beforeAll(async () => {
  const world = await openTestWorld();
  postgres = await startPostgresProxy(world.databaseUrl);
  redis = await startRedisProxy(world.redis.url);
  context = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, HASH_THREADS: "2" }));
});

afterEach(() => {
  postgres.hold(() => 0);
  postgres.network("open");
  redis.delay(() => 0);
});

/** Once, for nothing else is to run beside what a test does. */
async function trusted(): Promise<void> {
  await expect.poll(() => renewTrust(context).then(() => true, () => false), { timeout: 10_000 }).toBe(true);
}

/** Breaks every connection to PostgreSQL when the first statement of this kind is asked; of those after the COMMIT. */
function cutAt(statement: RegExp, { committed }: { committed: boolean }): void {
  let past = !committed;
  postgres.hold((asked) => {
    if (past && statement.test(asked)) postgres.network("cut");
    past ||= asked === "commit";
    return 0;
  });
}

/** With so many milliseconds left until it has to be answered. */
function withLeft(owner: UserContext, left: number): UserContext {
  return { ...owner, request: { ...owner.request, answerBy: performance.now() + left } };
}

describe("PostgreSQL breaks off after the COMMIT of an end", () => {
  test("of a session: the answer says that it is ended", async () => {
    await trusted();
    const begun = await begin(context, await makeUser(context));
    cutAt(/^select/, { committed: true });
    expect(await endSession(ownerOf(context, begun), begun.credential.s)).toMatchObject(ENDED);
    postgres.hold(() => 0);
    postgres.network("open");
    await trusted();
    expect((await authenticate(visitorOf(context), begun.credential, { use: true })).state).toBe("anonymous");
  });

  test("of a change of the password: the answer says that it is changed", async () => {
    await trusted();
    const { user } = await newAccount(context);
    cutAt(/^select/, { committed: true });
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toMatchObject(CHANGED);
  });

  test("of a change of address: the answer says that it is the account's now", async () => {
    await trusted();
    const { user, begun } = await newAccount(context);
    const email = `after-commit-${begun.user.id}@example.com`;
    const asked = await beginEmailChange(user, { email }, "browser", { secret: begun.proof });
    if (isFailure(asked)) throw new Error(asked.failure);
    const [row] = await context.db.select().from(attempts).where(eq(attempts.id, asked.credential.a));
    const { code, sent } = codeOf(context, row as AttemptRow, asked.credential.a);
    await context.db.update(attempts).set({ codes: [sent] }).where(eq(attempts.id, asked.credential.a));
    cutAt(/^select .*end_recorded_at/, { committed: true });
    expect(await proveAttempt(user, asked.credential, { method: "email_code", code }, { prior: null })).toMatchObject({ failure: "unavailable", detail: expect.stringMatching(/^Your address is confirmed/) });
    postgres.hold(() => 0);
    postgres.network("open");
    await trusted();
    expect(await readOver(context, asked.credential)).toMatchObject({ kind: "email_change", finishedAt: expect.any(Date) });
    expect(await proveAttempt(user, asked.credential, { method: "email_code", code }, { prior: null })).toMatchObject({ failure: "attempt_over" });
  });

  test("before that of a change of the password: it is not said to be changed, and is not", async () => {
    await trusted();
    const { user } = await newAccount(context);
    cutAt(/^insert into "events"/, { committed: false });
    await expect(changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).rejects.toSatisfy(isOutage);
    postgres.hold(() => 0);
    postgres.network("open");
    await trusted();
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
  });
});

describe("an end that is committed and takes longer than the request has left says so before the request is cut off", () => {
  test("because Redis is away", async () => {
    await trusted();
    const begun = await begin(context, await makeUser(context));
    const owner = withLeft(ownerOf(context, begun), 1_200);
    redis.delay(() => 60_000);
    redis.cut();
    expect(await withinRequest(owner, endSession(owner, begun.credential.s))).toMatchObject(ENDED);
  });

  test("because PostgreSQL is slow", async () => {
    await trusted();
    const begun = await begin(context, await makeUser(context));
    const owner = withLeft(ownerOf(context, begun), 1_200);
    postgres.hold((asked) => (/^select .*end_recorded_at/.test(asked) ? 2_000 : 0));
    expect(await withinRequest(owner, endSession(owner, begun.credential.s))).toMatchObject(ENDED);
  });
});

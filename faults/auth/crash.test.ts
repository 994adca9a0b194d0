import { beforeAll, describe, expect, test } from "vitest";
import { killAtEachStep } from "@/faults/sessions/kill-at-each-step";
import { until } from "@/faults/sessions/processes";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/sessions/authenticate";
import { query } from "@/scripts/servers/query";
import { tally } from "@/tests/integration/auth/account";
import { codeIn, newestMail } from "@/tests/integration/auth/proving";
import { type Instance, startInstance } from "@/tests/support/instance";
import { wrongCode } from "@/tests/support/mail-links";
import { rounds } from "@/tests/support/rounds";
import { PASSWORD, writeAccount } from "@/tests/support/written-accounts";
import { asked, askedForAddress, makeUnusual, NEXT, opens, openProvingWorld, openSessions, type ProvingWorld, type Robbed, robbed, undoLink } from "./stories";

/** How long after a process' death everything it left half done must be repaired: one replay, and a little. */
const REPAIR_MS = 3_000;
/** Each of these ways asks for more than this. */
const FEWEST = 10;
const STRIDE = 20;

let world: ProvingWorld;

beforeAll(async () => {
  world = await openProvingWorld();
});

const attemptsOf = (id: string) => query<{ id: string; finished: boolean; guesses: number }>(world.databaseUrl, "select id, finished_at is not null as finished, guesses from attempts where user_id = $1 and revoked_at is null order by created_at", [id]);
const ended = async ({ thief }: Robbed) => expect((await authenticate(world.context, thief.credential, { use: true })).state).toBe("anonymous");

/** What a process that dies at any step of `work` leaves. */
async function killed(work: (victim: Instance) => Promise<unknown>, check: (died: boolean) => Promise<void>): Promise<void> {
  const { smtpUrl } = world.inbox;
  const steps = await killAtEachStep(world, { ...world.inbox.env, SMTP_URL: smtpUrl, HASH_THREADS: "1" }, work, check, STRIDE);
  expect(steps).toBeGreaterThan(FEWEST);
}

describe("killed at any step", () => {
  test("a sign-in that is asked for a code: an attempt with its mail or neither, no session, and the next one gets in", async () => {
    const browser = { browserId: newId(), prior: null };
    let account = { id: "", email: "" };
    await killed(
      async (victim) => {
        account = await writeAccount(world.databaseUrl);
        await makeUnusual(world, account.email);
        return victim.signIn({ email: account.email, password: PASSWORD }, browser);
      },
      async (died) => {
        const [attempts, mails] = [await attemptsOf(account.id), await query(world.databaseUrl, "select attempt_id from outgoing_mails where user_id = $1", [account.id])];
        expect(attempts.length).toBeLessThanOrEqual(1);
        if (!died) expect(attempts).toHaveLength(1);
        expect(mails).toEqual(attempts.map(({ id }) => ({ attempt_id: id })));
        expect(await openSessions(world, account.id)).toEqual([]);
        const again = await world.operations.signIn({ email: account.email, password: PASSWORD }, browser);
        if (isFailure(again) || !isBegunAttempt(again)) throw new Error("not asked");
        expect(await attemptsOf(account.id)).toMatchObject([{ id: again.credential.a }]);
        expect(await world.operations.prove(again.credential, codeIn(await newestMail(world.context, world.inbox, account.email)))).toHaveProperty("begun");
      },
    );
  });

  test("a last step: the session and the attempt's end together or neither; the code begins one session, whoever tries again", async () => {
    let account: Robbed;
    let half: { credential: AttemptCredential; code: string };
    await killed(
      async (victim) => {
        account = await robbed(world);
        half = await asked(world, account);
        return victim.prove(half.credential, half.code);
      },
      async (died) => {
        const [[attempt], sessions] = [await attemptsOf(account.id), await openSessions(world, account.id)];
        expect(sessions).toHaveLength(attempt?.finished ? 2 : 1);
        if (!died) expect(attempt).toMatchObject({ finished: true, guesses: 0 });
        // A crash costs a guess, never gives one.
        else expect([0, 1]).toContain(attempt?.guesses);
        const again = await world.operations.prove(half.credential, half.code);
        expect(isFailure(again) ? again.failure : "begun").toBe(attempt?.finished ? "attempt_over" : "begun");
        expect(await openSessions(world, account.id)).toHaveLength(2);
        expect(await world.operations.reset(account.reset, NEXT)).toBeUndefined();
        expect(await openSessions(world, account.id)).toEqual([]);
        await ended(account);
      },
    );
  });

  test("a reset: done or not begun, all of it; and when it is done nothing of before is accepted", async () => {
    let account: Robbed;
    await killed(
      async (victim) => {
        account = await robbed(world);
        return victim.reset(account.reset, NEXT);
      },
      async (died) => {
        const done = (await openSessions(world, account.id)).length === 0;
        if (!died) expect(done).toBe(true);
        if (done) await until(() => ended(account), died ? REPAIR_MS : 0);
        expect([await opens(world, account.email, PASSWORD), await opens(world, account.email, NEXT)]).toEqual([!done, done]);
        const again = await world.operations.reset(account.reset, NEXT);
        expect(isFailure(again) ? again.failure : "done").toBe(done ? "link_over" : "done");
        await ended(account);
      },
    );
  });

  test("a going back: done or not begun, all of it; the next try has it done, or its mail leads on", async () => {
    let account: Robbed;
    await killed(
      async (victim) => {
        account = await robbed(world);
        return victim.notMe(account.notMe);
      },
      async (died) => {
        const done = (await openSessions(world, account.id)).length === 0;
        if (!died) expect(done).toBe(true);
        if (done) await until(() => ended(account), died ? REPAIR_MS : 0);
        expect(await opens(world, account.email, PASSWORD)).toBe(!done);
        const again = await world.operations.notMe(account.notMe);
        expect(isFailure(again) ? again.failure : "done").toBe(done ? "link_over" : "done");
        expect(await opens(world, account.email, PASSWORD)).toBe(false);
        await ended(account);
        // The token was lost with the answer: the mail for it waits until its time is over.
        const waiting = await query(world.databaseUrl, "select 1 from outgoing_mails where about->>'emailKey' = $1 and due_at > clock_timestamp() and dropped_at is null", [account.email]);
        expect(waiting).toHaveLength(1);
      },
    );
  });
});

test("an undo of a change of address, killed at any step: done or not begun, all of it; the next try has it done", async () => {
  let account: Robbed;
  let changed = "";
  let link = "";
  const emailOf = async () => (await query<{ email: string }>(world.databaseUrl, "select email from users where id = $1", [account.id]))[0]?.email;
  await killed(
    async (victim) => {
      account = await robbed(world);
      const { email, credential, code } = await askedForAddress(world, account);
      expect(await world.operations.prove(credential, code)).toHaveProperty("changed");
      [changed, link] = [email, await undoLink(world, account)];
      return victim.notMe(link);
    },
    async (died) => {
      const done = (await openSessions(world, account.id)).length === 0;
      if (!died) expect(done).toBe(true);
      if (done) await until(() => ended(account), died ? REPAIR_MS : 0);
      expect([await emailOf(), await opens(world, changed, PASSWORD)]).toEqual([done ? account.email : changed, !done]);
      const again = await world.operations.notMe(link);
      expect(isFailure(again) ? again.failure : "done").toBe(done ? "link_over" : "done");
      expect([await emailOf(), await opens(world, account.email, PASSWORD)]).toEqual([account.email, false]);
      await ended(account);
    },
  );
});

describe("two processes", () => {
  let other: Instance;

  beforeAll(async () => {
    other = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...world.inbox.env });
    await other.trust();
  });

  test("of parallel last steps one begins a session", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const account = await writeAccount(world.databaseUrl);
      const { credential, code } = await asked(world, account);
      const steps = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? other : world.operations).prove(credential, code)));
      const { ok, ...others } = tally(steps);
      expect([ok, others]).toEqual([1, { attempt_over: 9 }]);
      expect(await openSessions(world, account.id)).toHaveLength(1);
    }
  });

  test("fifty guesses at once are five that are compared, and the right code opens nothing after them", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const account = await writeAccount(world.databaseUrl);
      const { credential, code } = await asked(world, account);
      const guesses = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 ? other : world.operations).prove(credential, wrongCode(code, index + 1))));
      expect(tally(guesses)).toEqual({ invalid_code: 5, attempt_over: 45 });
      expect(tally([await world.operations.prove(credential, code)])).toEqual({ attempt_over: 1 });
      expect(await openSessions(world, account.id)).toEqual([]);
    }
  });

  test("of a link that both use at once one has it, and of a going back too", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const account = await robbed(world);
      const resets = await Promise.all([world.operations, other].map((at) => at.reset(account.reset, NEXT)));
      expect(tally(resets)).toEqual({ ok: 1, link_over: 1 });
      const gone = await Promise.all([world.operations, other, world.operations, other].map((at) => at.notMe(account.notMe)));
      expect(tally(gone)).toEqual({ ok: 1, link_over: 3 });
    }
  });
});

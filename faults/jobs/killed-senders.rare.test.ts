import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { NEXT, openProvingWorld, type ProvingWorld } from "@/faults/auth/stories";
import { killAtEachStep } from "@/faults/sessions/kill-at-each-step";
import { query } from "@/scripts/servers/query";
import { sendAll, tokenIn } from "@/tests/integration/auth/proving";
import { startInstance } from "@/tests/support/instance";
import { rounds } from "@/tests/support/rounds";
import { writeAccount, writeAddresses } from "@/tests/support/written-accounts";

const FULL = rounds(10) > 1;
const PROCESSES = 3;

let world: ProvingWorld;

beforeAll(async () => {
  world = await openProvingWorld();
});

/** What the leases of the dead come to after a minute. */
const endLeases = () => query(world.databaseUrl, "update outgoing_mails set due_at = clock_timestamp() where due_at is not null");

test("a sender, killed at any step: the mail arrives at least once, however often with one Message-ID and one link, and that works", async () => {
  let email = "";
  let twice = 0;
  const steps = await killAtEachStep(
    world,
    world.inbox.env,
    async (victim) => {
      ({ email } = await writeAccount(world.databaseUrl));
      await world.operations.askForReset(email);
      return victim.sendDue();
    },
    async (died) => {
      const before = (await world.inbox.mails(email)).length;
      expect(before).toBeLessThanOrEqual(1);
      if (!died) expect(before).toBe(1);
      await endLeases();
      await sendAll(world.context);
      const mails = await world.inbox.mails(email);
      expect(mails.length).toBeGreaterThanOrEqual(1);
      if (mails.length > 1) twice += 1;
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
      expect(new Set(mails.map((mail) => tokenIn(mail, "reset"))).size).toBe(1);
      expect(await world.operations.reset(tokenIn(mails[0] as never, "reset"), NEXT)).toBeUndefined();
      // The mail that tells of it is no part of this.
      await sendAll(world.context);
    },
    4,
  );
  expect(steps).toBeGreaterThan(5);
  // One of the steps lies between sending and noting it.
  if (FULL) expect(twice).toBeGreaterThan(0);
});

test("many mails and processes that die while they send them: each arrives, and every copy has its Message-ID", async () => {
  const env = { DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...world.inbox.env };
  const addresses = await writeAddresses(world.databaseUrl, "known", rounds(200));
  const senders = await Promise.all(Array.from({ length: PROCESSES }, () => startInstance(env)));
  for (const sender of senders) await sender.keepSending();
  const asking = Promise.all(addresses.map(({ email }) => world.operations.askForReset(email)));
  for (let kill = 0; kill < rounds(10); kill++) {
    await sleep(50 + Math.random() * 200);
    senders.shift()?.signal("SIGKILL");
    const next = await startInstance(env);
    await next.keepSending();
    senders.push(next);
  }
  await asking;
  const left = () => query(world.databaseUrl, "select id from outgoing_mails where due_at is not null");
  for (const started = Date.now(); (await left()).length > 0 && Date.now() - started < 30_000; await sleep(1_000)) await endLeases();
  expect(await left()).toEqual([]);
  for (const { email } of addresses) {
    const ids = new Set((await world.inbox.mails(email)).map(({ messageId }) => messageId));
    expect([...ids], email).toHaveLength(1);
  }
  for (const sender of senders) sender.signal("SIGKILL");
});

import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { approveDevice } from "@/lib/auth/approve-device";
import { changePassword } from "@/lib/auth/change-password";
import type { SignedInNow } from "@/lib/auth/complete-sign-in";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { openTestServices } from "@/tests/support/context";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { provingOperations } from "@/tests/support/proving-operations";
import { rounds } from "@/tests/support/rounds";
import { ownerOf, trust, visitorOf } from "@/tests/support/sessions";
import { PASSWORD } from "@/tests/support/written-accounts";
import { asked, askedForAddress, askedOthers, NEXT, opens, openProvingWorld, openSessions, type ProvingWorld, type Robbed, robbed, THIRD, undoLink } from "./stories";

const FULL = rounds(10) > 1;
/** Of this many statements at least each of the thief's ways has. */
const FEWEST = 10;

let world: ProvingWorld;
let proxy: PostgresProxy;
let thiefs: Context;

/** The thief's process reaches PostgreSQL through a proxy that can hold any statement of it. */
beforeAll(async () => {
  world = await openProvingWorld();
  proxy = await startPostgresProxy(world.databaseUrl);
  thiefs = systemContext(await openTestServices({ DATABASE_URL: proxy.url, REDIS_URL: world.redis.url, HASH_THREADS: "1", ...world.inbox.env }));
  (await trust(thiefs)).stop();
});

type Way = (account: Robbed) => Promise<() => Promise<unknown>>;

const ways: Record<string, Way> = {
  async "a sign-in"({ email }) {
    return () => provingOperations(thiefs).signIn({ email, password: PASSWORD }, { browserId: newId(), prior: null });
  },
  async "the last step of a sign-in that is asked for a code"(account) {
    const { credential, code } = await asked(world, account);
    return () => provingOperations(thiefs).prove(credential, code);
  },
  async "the last step of a change of address"(account) {
    const { credential, code } = await askedForAddress(world, account);
    return () => provingOperations(thiefs).prove(credential, code);
  },
  async "the last step of a sign-in that the thief's session approved"(account) {
    const { credential, id, digits } = await askedOthers(world, account);
    if (await approveDevice(ownerOf(world.context, account.thief), id, { digits })) throw new Error("not approved");
    return () => proveAttempt(visitorOf(thiefs), credential, { method: "approval" }, { prior: null });
  },
  async "an approval by the thief's session, and what it opens"(account) {
    const { credential, id, digits } = await askedOthers(world, account);
    return async () => {
      const refused = await approveDevice(ownerOf(thiefs, account.thief), id, { digits });
      return refused ?? proveAttempt(visitorOf(thiefs), credential, { method: "approval" }, { prior: null });
    };
  },
  async "a change of the password"({ thief }) {
    return () => changePassword(ownerOf(thiefs, thief), { currentPassword: PASSWORD, newPassword: THIRD });
  },
  async "a stolen link to a new password"({ reset }) {
    return () => provingOperations(thiefs).reset(reset, THIRD);
  },
};

/** Runs `work` and holds it after its `step`th statement; null when it had fewer. */
async function heldAt(step: number, work: () => Promise<unknown>): Promise<{ letGo(): void; done: Promise<unknown> } | null> {
  let letGo = () => {};
  let arrived = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const reached = new Promise<"held">((resolve) => (arrived = () => resolve("held")));
  let count = 0;
  proxy.hold(() => {
    if (++count !== step) return 0;
    arrived();
    return gate;
  });
  const done = work().catch((error: unknown) => error);
  const first = await Promise.race([reached, done.then(() => "done" as const)]);
  if (first === "held") return { letGo, done };
  proxy.hold(() => 0);
  const outcome = await done;
  if (isFailure(outcome) || outcome instanceof Error) throw new Error(`it failed by itself after ${count} statements`, { cause: outcome });
  return null;
}

/** Whatever the thief was given, nothing of it opens anything, and no session is open. */
async function nothingOpens({ id, email, thief }: Robbed, outcome: unknown): Promise<void> {
  const begun = typeof outcome === "object" && outcome !== null && "begun" in outcome ? (outcome.begun as SignedInNow) : (outcome as SignedInNow | undefined);
  const credentials = [thief.credential, ...(begun && "credential" in begun && "session" in begun ? [begun.credential] : [])];
  for (const credential of credentials) for (const from of [world.context, thiefs]) expect((await authenticate(from, credential, { use: true })).state).toBe("anonymous");
  expect(await openSessions(world, id)).toEqual([]);
  for (const password of [PASSWORD, THIRD]) expect(await opens(world, email, password), password).toBe(false);
}

async function goneBack(link: string): Promise<string> {
  const gone = await world.operations.notMe(link);
  if (isFailure(gone) || gone.reset === null) throw new Error(JSON.stringify(gone));
  return gone.reset;
}

const pairs = Object.keys(ways).flatMap((way) => (["reset", "not me"] as const).map((back) => [way, back] as const));

// A stolen link and the owner's are one right: the first to use it has it, and the owner goes back.
test.each(pairs.filter(([way, back]) => !(way.includes("link") && back === "reset")))("%s, stopped at each step: the owner comes back by way of “%s”, it goes on, and nothing opens", async (name, back) => {
  const last = FULL ? Number.POSITIVE_INFINITY : 1;
  let steps = 0;
  for (let step = FULL ? 1 : 1 + Math.floor(Math.random() * FEWEST); steps < last; step++, steps++) {
    // A connection that PostgreSQL ended in the round before says so to whoever asks next.
    await Promise.allSettled(Array.from({ length: 4 }, () => thiefs.db.execute(sql`select 1`)));
    const account = await robbed(world);
    const held = await heldAt(step, await (ways[name] as Way)(account));
    if (!held) break;
    let token = back === "not me" ? await goneBack(account.notMe) : account.reset;
    if (back === "reset" && (await world.operations.reset(token, NEXT))) {
      // The address was the thief's by then, and with it the right that went to the owner's: that is undone first.
      expect(name).toContain("address");
      token = await goneBack(await undoLink(world, account));
      expect(await world.operations.reset(token, NEXT)).toBeUndefined();
    }
    held.letGo();
    const outcome = await held.done;
    proxy.hold(() => 0);
    await nothingOpens(account, outcome);
    if (back === "not me") expect(await world.operations.reset(token, NEXT)).toBeUndefined();
    expect(await opens(world, account.email, NEXT)).toBe(true);
  }
  expect(steps).toBeGreaterThanOrEqual(FULL ? FEWEST : 1);
});

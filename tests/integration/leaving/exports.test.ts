import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, exports, insightFailures, insightPeople, outgoingMails, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { doDueJobs, takeDueJobs } from "@/lib/jobs/do-due-jobs";
import { askForExport } from "@/lib/leaving/ask-for-export";
import { exportFile } from "@/lib/leaving/export/export-file";
import { exportQueue } from "@/lib/leaving/export-queue";
import { readExport } from "@/lib/leaving/read-export";
import { sweepExports } from "@/lib/leaving/sweep-exports";
import { tidyExports } from "@/lib/leaving/tidy-exports";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { tally } from "@/tests/integration/auth/account";
import { good, withTotp } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { unzip } from "@/tests/support/unzip";
import { downloaded, exportsOf, fillEvents, madeExport, makeDue, makeExports, objectsBelow } from "./exporting";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld(inbox.env));
  await trust(context);
});

const newOne = () => provenAccount(context, inbox);

describe("an export", () => {
  test("is made behind, told, and holds all that is kept, but no secret", async () => {
    const { user, email, begun } = await newOne();
    const { secret, codes } = await withTotp(user, begun.proof);
    const told: unknown[] = [];
    await listen(context, userChannel(user.actor.userId), { notice: (notice) => told.push(notice), lost() {} });
    await context.db.insert(insightPeople).values({ day: "2026-01-02", userId: user.actor.userId });
    await context.db.insert(insightFailures).values([2, 1].map((day) => ({ day: `2026-01-0${day}`, userId: user.actor.userId, count: day })));
    const asked = good(await askForExport(user, { secret: begun.proof }));
    expect([asked, await exportsOf(user)]).toEqual([{ id: asked.id, at: expect.any(String), state: "making", bytes: null, goneAt: null }, [asked]]);
    expect(await downloaded(user, asked.id, begun.proof)).toMatchObject({ failure: "not_found" });
    await makeExports(context);
    const [made] = await exportsOf(user);
    expect(made).toMatchObject({ id: asked.id, state: "ready", bytes: expect.any(Number) });
    expect(Date.parse(made?.goneAt ?? "") - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    await expect.poll(() => told).toContainEqual({ type: "export.ready", exportId: asked.id });
    expect((await newestMail(context, inbox, email, /export/i)).subject).toMatch(/Your export is ready/);
    expect(await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "export.made")))).toMatchObject([{ detail: { what: "account" } }]);

    const file = good(await downloaded(user, asked.id, begun.proof));
    expect(file.length).toBe(made?.bytes);
    const files = await unzip(file);
    expect([...files.keys()]).toEqual(["README.txt", "profile.json", "preferences.json", "ways-in.json", "sessions.json", "devices.json", "addresses.json", "events.json", "figures.json", "mails.json"]);
    const json = (name: string) => JSON.parse(files.get(name)?.toString() ?? "");
    expect(json("profile.json")).toMatchObject({ id: user.actor.userId, email, name: "Zo Li", emailVerified: true });
    expect(json("sessions.json")).toMatchObject([{ id: user.actor.sessionId, endedAt: null, ip: { address: user.request.address } }]);
    expect(json("devices.json")).toMatchObject([{ browser: "Firefox", userAgent: user.request.userAgent }]);
    expect(json("events.json").map(({ type }: { type: string }) => type)).toEqual(expect.arrayContaining(["account.created", "sign_in.succeeded", "factor.added", "export.made"]));
    expect(json("figures.json")).toEqual([{ day: "2026-01-01", seen: false, failedSignIns: 1 }, { day: "2026-01-02", seen: true, failedSignIns: 2 }]);
    expect(json("ways-in.json")).toMatchObject({ password: true, authenticatorApp: [{}], recoveryCodes: expect.objectContaining({ length: 10 }) });
    expect(json("mails.json").map(({ kind }: { kind: string }) => kind)).toContain("factor_added");
    for (const name of files.keys()) if (name !== "README.txt") expect(files.get("README.txt")?.toString()).toContain(name);
    const all = [...files.values()].join("\n");
    const [row] = await context.db.select().from(users).where(eq(users.id, user.actor.userId));
    const [session] = await context.db.select().from(sessions).where(eq(sessions.userId, user.actor.userId));
    for (const hidden of [row?.passwordHash, session?.secretHash, session?.proofHash, begun.proof, begun.credential.k, secret, ...codes]) {
      expect(hidden).toBeTruthy();
      expect(all).not.toContain(hidden);
    }
  });

  test("needs a step-up to be asked for and to be taken, and is its owner's alone", async () => {
    const [{ user, begun }, other] = [await newOne(), await newOne()];
    expect(await askForExport(user, { secret: null })).toMatchObject({ failure: "proof_required" });
    const { id } = await madeExport(user, begun.proof);
    expect(await downloaded(user, id, "not it")).toMatchObject({ failure: "proof_required" });
    // The same whether or not there is one.
    expect(await downloaded(user, newId(), "not it")).toEqual(await downloaded(user, id, "not it"));
    for (const asked of [id, newId(), "no id"]) expect(await downloaded(other.user, asked, other.begun.proof)).toMatchObject({ failure: "not_found" });
    expect(await exportsOf(other.user)).toEqual([]);
  });

  test("is written down when it is taken, and not when it is only looked for", async () => {
    const { user, begun } = await newOne();
    const { id } = await madeExport(user, begun.proof);
    const taken = () => context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), sql`${events.detail} ->> 'what' = 'download'`));
    // As `HEAD` does.
    const looked = good(await readExport(user, id, { secret: begun.proof }));
    await looked.pieces.return(undefined);
    expect(await downloaded(user, id, "not it")).toMatchObject({ failure: "proof_required" });
    expect(await taken()).toEqual([]);
    good(await downloaded(user, id, begun.proof));
    expect(await taken()).toMatchObject([{ sessionId: user.actor.sessionId, actorUserId: user.actor.userId, address: user.request.address, actor: "user" }]);
  });

  test("is one at a time and five a day, exactly", async () => {
    const { user, begun } = await newOne();
    const ask = () => askForExport(user, { secret: begun.proof });
    expect(tally(await Promise.all(Array.from({ length: 8 }, ask)))).toEqual({ ok: 1, conflict: 7 });
    for (let more = 0; more < 4; more++) {
      await makeExports(context);
      good(await ask());
    }
    await makeExports(context);
    expect(await ask()).toMatchObject({ failure: "rate_limited", retryAfter: expect.any(Number), detail: expect.stringMatching(/another in 24 hours\.$/) });
    expect(await context.db.select().from(outgoingMails).where(and(eq(outgoingMails.userId, user.actor.userId), eq(outgoingMails.kind, "export_ready")))).toHaveLength(5);
  });

  test("is gone after a reset or a going back, also to who is just taking it", async () => {
    const { user, begun } = await newOne();
    const { id } = await madeExport(user, begun.proof);
    const asked = good(await askForExport(user, { secret: begun.proof }));
    const taking = good(await readExport(user, id, { secret: begun.proof }));
    await context.db.update(users).set({ cuts: sql`cuts + 1` }).where(eq(users.id, user.actor.userId));
    await expect(taking.pieces.next()).rejects.toThrow();
    expect((await exportsOf(user)).map(({ state }) => state)).toEqual(["gone", "gone"]);
    expect((await exportsOf(user)).map(({ goneAt }) => Date.parse(goneAt ?? "1970-01-01") <= Date.now())).toEqual([true, true]);
    expect(await downloaded(user, id, begun.proof)).toMatchObject({ failure: "not_found" });
    // What was under way comes to nothing, and what was there is deleted.
    await makeExports(context);
    expect(await context.db.select({ state: exports.state, bytes: exports.bytes }).from(exports).where(eq(exports.id, asked.id))).toEqual([{ state: "gone", bytes: null }]);
    await tidyExports(context);
    await makeDue(user);
    await makeExports(context);
    expect(await objectsBelow(context, `exports/${user.actor.userId}/`)).toEqual([]);
    expect(asked.state).toBe("making");
    // Nobody waits for the thief's: the owner can have one of their own at once.
    expect(await askForExport(user, { secret: begun.proof })).toMatchObject({ state: "making" });
  });

  test("stops when the session of its taker ends", async () => {
    const { user, begun } = await newOne();
    const { id } = await madeExport(user, begun.proof);
    const taking = good(await readExport(user, id, { secret: begun.proof }));
    good(await endAllSessions(user, { keepCurrent: false }));
    await expect(taking.pieces.next()).rejects.toThrow("not its taker's");
    expect(await downloaded(user, id, begun.proof)).toMatchObject({ failure: "unauthenticated" });
  });

  test("is deleted when its time is over", async () => {
    const { user, begun } = await newOne();
    const { id } = await madeExport(user, begun.proof);
    await context.db.update(exports).set({ goneAt: sql`clock_timestamp()`, dueAt: sql`clock_timestamp()` }).where(eq(exports.id, id));
    expect((await exportsOf(user))[0]).toMatchObject({ state: "gone" });
    await makeExports(context);
    expect([await objectsBelow(context, `exports/${user.actor.userId}/`), await exportsOf(user)]).toEqual([[], [expect.objectContaining({ id, state: "gone" })]]);
  });
});

test("a cut that comes while the file is written is in time, and nothing of it is due any more", async () => {
  const { user, begun } = await newOne();
  const { id } = good(await askForExport(user, { secret: begun.proof }));
  const cutting = withStorage({
    async putPieces(...put) {
      const bytes = await context.storage.putPieces(...put);
      await context.db.update(users).set({ cuts: sql`cuts + 1` }).where(eq(users.id, user.actor.userId));
      return bytes;
    },
  });
  await doDueJobs(cutting, exportQueue);
  expect(await context.db.select({ state: exports.state, object: exports.object, dueAt: exports.dueAt }).from(exports).where(eq(exports.id, id))).toEqual([{ state: "gone", object: null, dueAt: null }]);
  expect(await objectsBelow(context, `exports/${user.actor.userId}/`)).toEqual([]);
  expect(await context.db.select().from(outgoingMails).where(and(eq(outgoingMails.userId, user.actor.userId), eq(outgoingMails.kind, "export_ready")))).toEqual([]);
});

describe("an account with much in it", () => {
  const EVENTS = 12_000;

  test("is read as its export is taken: a few pages are held, whatever there is", async () => {
    const { user } = await newOne();
    await fillEvents(context, user.actor.userId, EVENTS);
    const [row] = await context.db.select().from(users).where(eq(users.id, user.actor.userId));
    let statements = 0;
    const db = new Proxy(context.db, {
      get(target, name) {
        if (name === "select") statements += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    const file = exportFile({ ...context, db }, row as typeof users.$inferSelect);
    const pieces: Uint8Array[] = [];
    let before = 0;
    let most = 0;
    for await (const piece of file) {
      pieces.push(piece);
      // Who takes it slowly: nothing more is read meanwhile than what is on its way.
      if (pieces.length % 4 === 0) await sleep(20);
      most = Math.max(most, statements - before);
      before = statements;
    }
    expect(statements).toBeGreaterThan(EVENTS / 500);
    // Between two pieces: what lies in zlib's and the streams' buffers is much less than all.
    expect(most).toBeLessThan(12);
    const files = await unzip(Buffer.concat(pieces));
    expect(JSON.parse(files.get("events.json")?.toString() ?? "")).toHaveLength(EVENTS + 3);
  });

  test("fails whole when a part of it cannot be read", async () => {
    const { user } = await newOne();
    const [row] = await context.db.select().from(users).where(eq(users.id, user.actor.userId));
    const broken = withStorage({ get: () => Promise.reject(new Error("the disk did not do it")) });
    const file = exportFile(broken, { ...(row as typeof users.$inferSelect), avatarVersion: newId() });
    await expect(buffer(file)).rejects.toThrow("the disk did not do it");
  });
});

describe("a worker that dies", () => {
  test("at any piece shows nothing; the next one makes it, and nothing is left of the first", async () => {
    const { user, begun } = await newOne();
    const { id } = good(await askForExport(user, { secret: begun.proof }));
    const folder = `exports/${user.actor.userId}/${id}/`;
    // Killed where nothing of its own runs any more: the unfinished file stays where it is.
    const killed = withStorage({
      async putPieces(key) {
        await context.storage.put(`${key.replace(".zip", "")}-half.zip`, Buffer.from("half"), "application/zip");
        return 4;
      },
    });
    const [job] = await takeDueJobs(killed, exportQueue, 1);
    await expect(exportQueue.attempt({ ...killed, db: dyingDatabase(killed) }, job as never)).rejects.toThrow("killed");
    expect((await objectsBelow(context, folder)).length).toBe(1);
    expect((await exportsOf(user))[0]).toMatchObject({ state: "making" });
    expect(await downloaded(user, id, begun.proof)).toMatchObject({ failure: "not_found" });
    await makeDue(user);
    await makeExports(context);
    const [row] = await context.db.select().from(exports).where(eq(exports.id, id));
    expect([row?.state, await objectsBelow(context, folder)]).toEqual(["ready", [row?.object]]);
    expect(isFailure(await downloaded(user, id, begun.proof))).toBe(false);
  });

  test("and one that only slept shows nothing after another has taken over", async () => {
    const { user, begun } = await newOne();
    const { id } = good(await askForExport(user, { secret: begun.proof }));
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const sleeper = withStorage({
      async putPieces(...put) {
        const bytes = await context.storage.putPieces(...put);
        await asleep;
        return bytes;
      },
    });
    const first = doDueJobs(sleeper, exportQueue);
    await expect.poll(() => objectsBelow(context, `exports/${user.actor.userId}/`)).toHaveLength(1);
    await makeDue(user);
    await makeExports(context);
    const [shown] = await exportsOf(user);
    wake();
    await first;
    const [row] = await context.db.select().from(exports).where(eq(exports.id, id));
    expect([(await exportsOf(user))[0], await objectsBelow(context, `exports/${user.actor.userId}/`)]).toEqual([shown, [row?.object]]);
  });

  test("eight times leaves it gone, and its owner can ask again", async () => {
    const { user, begun } = await newOne();
    good(await askForExport(user, { secret: begun.proof }));
    const broken = withStorage({ putPieces: async () => Promise.reject(new Error("no room")) });
    for (let tries = 0; tries < 8; tries++) {
      await makeDue(user);
      await doDueJobs(broken, exportQueue);
    }
    expect((await exportsOf(user))[0]).toMatchObject({ state: "gone", bytes: null });
    // It costs none of the day's five.
    await context.db.insert(exports).values(Array.from({ length: 5 }, () => ({ id: newId(), userId: user.actor.userId, state: "gone" as const, cuts: 0, dueAt: null })));
    good(await askForExport(user, { secret: begun.proof }));
  });

  test("what a stalled one wrote after all is found by a sweep", async () => {
    const { user, begun } = await newOne();
    const { id } = await madeExport(user, begun.proof);
    const [kept] = await objectsBelow(context, `exports/${user.actor.userId}/`);
    await context.storage.put(`exports/${user.actor.userId}/${id}/late.zip`, Buffer.from("late"), "application/zip");
    await context.storage.put(`exports/${newId()}/${newId()}/orphan.zip`, Buffer.from("orphan"), "application/zip");
    expect(await sweepExports(context)).toBe(0);
    const later = { ...context, clock: { now: () => Date.now() + 2 * 3_600_000 } };
    expect(await sweepExports(later)).toBe(2);
    expect(await objectsBelow(context, `exports/${user.actor.userId}/`)).toEqual([kept]);
  });
});

function withStorage(other: Partial<Context["storage"]>): Context {
  return { ...context, storage: { ...context.storage, ...other } };
}

/** Nothing is written any more: the process is dead. */
function dyingDatabase({ db }: Context): Context["db"] {
  return new Proxy(db, { get: (target, name) => (name === "transaction" ? () => Promise.reject(new Error("killed")) : (Reflect.get(target, name) as unknown)) });
}

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { avatarDeletions, events, users } from "@/db/schema";
import { deletionQueue } from "@/lib/avatars/deletion-queue";
import { drawIdenticon } from "@/lib/avatars/draw-identicon";
import { encodeSizes } from "@/lib/avatars/encode-sizes";
import { removeAvatar } from "@/lib/avatars/remove-avatar";
import { showVersion } from "@/lib/avatars/show-version";
import { storeVersion } from "@/lib/avatars/store-version";
import { sweepAvatars } from "@/lib/avatars/sweep-avatars";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { type Storage, StorageDown } from "@/lib/platform/storage/storage";
import { endSession } from "@/lib/sessions/end-session";
import { avatarKey } from "@/lib/users/avatar-image";
import { deleteAllQueued, keysOf, makeOwner, objectsOf, versionOf } from "@/tests/support/avatars";
import { openTestWorld } from "@/tests/support/context";
import { photo } from "@/tests/support/pictures";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";

let context: Context;
let jpeg: Buffer;

beforeAll(async () => {
  ({ context } = await openTestWorld());
  await trust(context);
  jpeg = await photo(200, 200).jpeg().toBuffer();
});

/** What is stored is what is shown: one version, or none. */
async function expectExact(owner: UserContext) {
  await deleteAllQueued(context);
  const { userId } = owner.actor;
  expect(await objectsOf(context, userId)).toEqual(keysOf(userId, await versionOf(context, userId)));
}

/** The same storage, in which some steps fail. */
function withStorage(owner: UserContext, changed: Partial<Storage>): UserContext {
  return { ...owner, storage: { ...owner.storage, ...changed } };
}

describe("one version, the one shown", () => {
  test("an upload stores three objects; the next one takes them away", async () => {
    const owner = await makeOwner(context);
    const { userId } = owner.actor;
    await uploadAvatar(owner, jpeg);
    const first = await versionOf(context, userId);
    expect(await objectsOf(context, userId)).toEqual(keysOf(userId, first));
    await uploadAvatar(owner, jpeg);
    expect(await versionOf(context, userId)).not.toBe(first);
    await expectExact(owner);
    await removeAvatar(owner);
    expect(await versionOf(context, userId)).toBeNull();
    await expectExact(owner);
  });

  test("twenty uploads against one removal", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const owner = await makeOwner(context);
      const uploads = Array.from({ length: 20 }, () => uploadAvatar(owner, jpeg));
      const removal = new Promise((resolve) => setTimeout(resolve, Math.random() * 400)).then(() => removeAvatar(owner));
      const results = await Promise.all([...uploads, removal]);
      expect(results.filter(isFailure)).toEqual([]);
      await expectExact(owner);
    }
  });

  test("twenty users at once do not get each other's", async () => {
    const owners = await Promise.all(Array.from({ length: 20 }, () => makeOwner(context)));
    await Promise.all(owners.map((owner) => uploadAvatar(owner, jpeg)));
    for (const owner of owners) await expectExact(owner);
  });
});

describe("what fails on the way", () => {
  test("a PUT that fails: the old picture stays, and nothing is left", async () => {
    const owner = await makeOwner(context);
    await uploadAvatar(owner, jpeg);
    const before = await versionOf(context, owner.actor.userId);
    for (const failing of ["small", "medium", "large"]) {
      const broken = withStorage(owner, {
        async put(key, body, type) {
          if (key.includes(failing)) throw new StorageDown("refused");
          return context.storage.put(key, body, type);
        },
      });
      await expect(uploadAvatar(broken, jpeg)).rejects.toMatchObject({ code: "STORAGE_DOWN" });
      expect(await versionOf(context, owner.actor.userId)).toBe(before);
    }
    await expectExact(owner);
  });

  test("a PUT whose answer is lost: stored, not shown, and deleted", async () => {
    const owner = await makeOwner(context);
    const lossy = withStorage(owner, {
      async put(key, body, type) {
        await context.storage.put(key, body, type);
        throw new StorageDown("no answer");
      },
    });
    await expect(uploadAvatar(lossy, jpeg)).rejects.toMatchObject({ code: "STORAGE_DOWN" });
    await expect.poll(() => objectsOf(context, owner.actor.userId)).not.toEqual([]);
    expect((await doDueJobs(context, deletionQueue)).taken).toBe(0);
    await expectExact(owner);
    expect(await objectsOf(context, owner.actor.userId)).toEqual([]);
  });

  test("a DELETE that fails is done later", async () => {
    const owner = await makeOwner(context);
    await uploadAvatar(owner, jpeg);
    await removeAvatar(owner);
    const broken = withStorage(owner, { delete: async () => Promise.reject(new StorageDown("refused")) });
    expect(await doDueJobs(broken, deletionQueue)).toEqual({ taken: 1, done: 0 });
    expect(await objectsOf(context, owner.actor.userId)).toHaveLength(3);
    expect((await doDueJobs(context, deletionQueue)).taken).toBe(0);
    await expectExact(owner);
    expect(await objectsOf(context, owner.actor.userId)).toEqual([]);
  });

  test("a version whose deletion has begun is never shown", async () => {
    const owner = await makeOwner(context);
    const { userId } = owner.actor;
    await uploadAvatar(owner, jpeg);
    const before = await versionOf(context, userId);
    const stored = await storeVersion(owner, userId, await encodeSizes(drawIdenticon("x")));
    await deleteAllQueued(context);
    const shown = await showVersion(owner, { userId, stored, settleWish: async () => true, event: { type: "avatar.uploaded" }, commitBy: performance.now() + 1_000 });
    expect(shown).toMatchObject({ failure: "unavailable" });
    expect(await versionOf(context, userId)).toBe(before);
    await expectExact(owner);
  });

  test("what comes too late to be answered changes nothing", async () => {
    const owner = await makeOwner(context);
    const { userId } = owner.actor;
    const stored = await storeVersion(owner, userId, await encodeSizes(drawIdenticon("x")));
    const shown = await showVersion(owner, { userId, stored, settleWish: async () => true, event: { type: "avatar.uploaded" }, commitBy: performance.now() - 1 });
    expect(shown).toMatchObject({ failure: "unavailable" });
    await expectExact(owner);
  });

  test("a session that ended meanwhile changes nothing", async () => {
    const owner = await makeOwner(context);
    await uploadAvatar(owner, jpeg);
    await endSession(owner, owner.actor.sessionId);
    expect(await uploadAvatar(owner, jpeg)).toMatchObject({ failure: "unauthenticated" });
    expect(await removeAvatar(owner)).toMatchObject({ failure: "unauthenticated" });
    expect(await versionOf(context, owner.actor.userId)).not.toBeNull();
    await expectExact(owner);
  });

  test("a deleted account's objects are strays", async () => {
    const owner = await makeOwner(context);
    await uploadAvatar(owner, jpeg);
    await deleteAllQueued(context);
    await context.db.delete(events).where(eq(events.userId, owner.actor.userId));
    await context.db.delete(users).where(eq(users.id, owner.actor.userId));
    expect(await objectsOf(context, owner.actor.userId)).toHaveLength(3);
    const later = { ...context, clock: { now: () => Date.now() + 2 * 3_600_000 } };
    expect((await sweepAvatars(later)).strays).toBeGreaterThanOrEqual(3);
    expect(await objectsOf(context, owner.actor.userId)).toEqual([]);
  });
});

describe("the sweep", () => {
  function leave(key: string, hours: number) {
    const path = join(context.settings.DATA_DIR, "objects", key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "x");
    const at = Date.now() / 1000 - hours * 3600;
    utimesSync(path, at, at);
  }

  test("removes strays older than an hour, and nothing else", async () => {
    await deleteAllQueued(context);
    const owner = await makeOwner(context);
    const { userId } = owner.actor;
    await uploadAvatar(owner, jpeg);
    const shown = await versionOf(context, userId);
    for (const key of keysOf(userId, shown)) leave(key, 5);
    const [stray, young, queued] = [newId(), newId(), newId()];
    leave(avatarKey(userId, stray, "small"), 2);
    leave(`${avatarKey(userId, stray, "large")}.part~`, 2);
    leave(avatarKey(newId(), stray, "small"), 2);
    leave(avatarKey(userId, young, "small"), 0.9);
    leave(avatarKey(userId, queued, "small"), 2);
    await context.db.insert(avatarDeletions).values({ version: queued, userId, dueAt: new Date(Date.now() + 60_000) });
    leave("avatars/somebody-elses.webp", 9);
    leave("other/object", 9);
    expect(await sweepAvatars(context)).toEqual({ versions: 0, strays: 3 });
    expect(await sweepAvatars(context)).toEqual({ versions: 0, strays: 0 });
    expect(await objectsOf(context, userId)).toEqual([...keysOf(userId, shown), avatarKey(userId, young, "small"), avatarKey(userId, queued, "small")].sort());
    expect(await context.storage.get("avatars/somebody-elses.webp")).not.toBeNull();
    expect(await context.storage.get("other/object")).not.toBeNull();
  });

  test("many strays go in batches, and what is due goes too", async () => {
    for (let i = 0; i < 1_203; i++) leave(avatarKey(newId(), newId(), "small"), 2);
    const owner = await makeOwner(context);
    await uploadAvatar(owner, jpeg);
    await removeAvatar(owner);
    expect(await sweepAvatars(context)).toEqual({ versions: 1, strays: 1_203 });
  });
});

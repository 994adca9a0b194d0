import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { avatarRequests, events } from "@/db/schema";
import { requestQueue } from "@/lib/avatars/request-queue";
import { gravatarHash } from "@/lib/avatars/gravatar-hash";
import { regenerateAvatar } from "@/lib/avatars/regenerate-avatar";
import { removeAvatar } from "@/lib/avatars/remove-avatar";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import type { Context, UserContext } from "@/lib/core/context";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { avatarKey } from "@/lib/users/avatar-image";
import { deleteAllQueued, keysOf, makeOwner, makeRequestsDue, objectsOf, versionOf } from "@/tests/support/avatars";
import { openTestWorld } from "@/tests/support/context";
import { type GravatarServer, sends, startGravatar } from "@/tests/support/gravatar-server";
import { colourAt, photo } from "@/tests/support/pictures";

let context: Context;
let gravatar: GravatarServer;
let green: Buffer;
let jpeg: Buffer;
let owner: UserContext;

/** What is due of the wishes; how many there were. */
async function fulfil(context: Context): Promise<number> {
  return (await doDueJobs(context, requestQueue)).taken;
}

beforeAll(async () => {
  gravatar = await startGravatar();
  ({ context } = await openTestWorld({ GRAVATAR_URL: gravatar.url }));
  green = await photo(80, 80).composite([{ input: { create: { width: 80, height: 80, channels: 3, background: "#00b000" } } }]).jpeg().toBuffer();
  jpeg = await photo(100, 100).jpeg().toBuffer();
});

beforeEach(async () => {
  await context.db.delete(avatarRequests);
  owner = await makeOwner(context);
});

async function shownIsGreen(): Promise<boolean> {
  const version = await versionOf(context, owner.actor.userId);
  const picture = version && (await context.storage.get(avatarKey(owner.actor.userId, version, "large")));
  if (!picture) throw new Error("no picture");
  const { r, g, b } = await colourAt(picture, 0.5, 0.5);
  return g > 140 && r < 60 && b < 60;
}

async function request() {
  const [row] = await context.db.select().from(avatarRequests).where(eq(avatarRequests.userId, owner.actor.userId));
  return row;
}

async function eventTypes() {
  return (await context.db.select().from(events).where(eq(events.userId, owner.actor.userId)).orderBy(events.at, events.id)).filter(({ type }) => type.startsWith("avatar.")).map(({ type, actor }) => `${type} by ${actor}`);
}

test("the hash is of the trimmed lower-case address", () => {
  // The example of Gravatar's own documentation.
  expect(gravatarHash(" MyEmailAddress@example.com ")).toBe("84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee");
});

describe("an account's first picture", () => {
  test("is its Gravatar; nothing is left to do, and nobody is said to have changed anything", async () => {
    gravatar.answer = sends(green);
    await requestGravatar(context, owner.actor.userId);
    expect(await fulfil(context)).toBe(1);
    expect(await shownIsGreen()).toBe(true);
    expect(await request()).toBeUndefined();
    expect(await eventTypes()).toEqual([]);
  });

  test.each<[string, GravatarServer["answer"]]>([
    ["not found", (response) => response.writeHead(404).end()],
    ["a fault", (response) => response.writeHead(500).end("oops")],
    ["a redirect, which is not followed", (response) => response.writeHead(302, { location: `${gravatar.url}/elsewhere` }).end()],
    ["more than a megabyte", (response) => void response.writeHead(200).end(Buffer.concat([green, Buffer.alloc(1024 * 1024)]))],
    ["no picture", (response) => void response.writeHead(200).end("<html>")],
    ["an SVG", (response) => void response.writeHead(200, { "content-type": "image/svg+xml" }).end('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["a broken connection", (response) => void response.socket?.destroy()],
    ["nothing", (response) => void response.writeHead(200).end()],
  ])("is a pattern when Gravatar says: %s; and it is asked again later", async (_what, answer) => {
    gravatar.answer = answer;
    gravatar.asked.length = 0;
    await requestGravatar(context, owner.actor.userId);
    await fulfil(context);
    expect(gravatar.asked).toHaveLength(1);
    expect(await shownIsGreen()).toBe(false);
    const version = await versionOf(context, owner.actor.userId);
    expect(await request()).toMatchObject({ drawn: true, tries: 1 });
    expect((await request())?.dueAt.getTime()).toBeGreaterThan(Date.now() + 5_000);
    expect(await fulfil(context)).toBe(0);
    await makeRequestsDue(context);
    await fulfil(context);
    expect(await versionOf(context, owner.actor.userId)).toBe(version);
    gravatar.answer = sends(green);
    await makeRequestsDue(context);
    await fulfil(context);
    expect(await shownIsGreen()).toBe(true);
    expect(await request()).toBeUndefined();
    expect(await eventTypes()).toEqual(["avatar.regenerated by system"]);
    await deleteAllQueued(context);
    expect(await objectsOf(context, owner.actor.userId)).toEqual(keysOf(owner.actor.userId, await versionOf(context, owner.actor.userId)));
  });

  test.each<[string, GravatarServer["answer"]]>([
    ["never answers", () => {}],
    ["answers a byte at a time", (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 100);
      response.once("close", () => clearInterval(timer));
    }],
  ])("does not wait longer than 3 s for a Gravatar that %s", async (_what, answer) => {
    gravatar.answer = answer;
    await requestGravatar(context, owner.actor.userId);
    const began = performance.now();
    await fulfil(context);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(await shownIsGreen()).toBe(false);
  });

  test("comes although Gravatar is not there at all, and the same pattern every time", async () => {
    const alone = { ...context, settings: { ...context.settings, GRAVATAR_URL: "http://127.0.0.1:9/avatar" } };
    const pictures = [];
    for (let i = 0; i < 2; i++) {
      await requestGravatar(alone, owner.actor.userId);
      await fulfil(alone);
      pictures.push(await context.storage.get(avatarKey(owner.actor.userId, (await versionOf(context, owner.actor.userId)) as string, "large")));
    }
    expect(pictures[0]).toEqual(pictures[1]);
  });

  test("is not asked for twice by two processes", async () => {
    gravatar.answer = (response) => void setTimeout(() => sends(green)(response), 200);
    gravatar.asked.length = 0;
    await requestGravatar(context, owner.actor.userId);
    expect((await Promise.all([fulfil(context), fulfil(context), fulfil(context)])).reduce((sum, taken) => sum + taken)).toBe(1);
    expect(gravatar.asked).toHaveLength(1);
  });
});

describe("a late answer", () => {
  const late = () => {
    gravatar.answer = (response) => void setTimeout(() => sends(green)(response), 600);
  };

  test("never replaces an upload", async () => {
    late();
    await requestGravatar(context, owner.actor.userId);
    const work = fulfil(context);
    await sleep(200);
    await uploadAvatar(owner, jpeg);
    const version = await versionOf(context, owner.actor.userId);
    await work;
    expect(await versionOf(context, owner.actor.userId)).toBe(version);
    await makeRequestsDue(context);
    expect(await fulfil(context)).toBe(0);
    await deleteAllQueued(context);
    expect(await objectsOf(context, owner.actor.userId)).toEqual(keysOf(owner.actor.userId, version));
  });

  test("never undoes a removal, of a picture or of none", async () => {
    late();
    await requestGravatar(context, owner.actor.userId);
    const work = fulfil(context);
    await sleep(200);
    await removeAvatar(owner);
    await work;
    expect(await versionOf(context, owner.actor.userId)).toBeNull();
    await uploadAvatar(owner, jpeg);
    const back = regenerateAvatar(owner);
    await sleep(200);
    await removeAvatar(owner);
    expect(await back).toMatchObject({ user: { image: null } });
    expect(await versionOf(context, owner.actor.userId)).toBeNull();
    await deleteAllQueued(context);
    expect(await objectsOf(context, owner.actor.userId)).toEqual([]);
  });

  test("of an older wish gives way to the newer one", async () => {
    late();
    const first = regenerateAvatar(owner);
    await sleep(100);
    gravatar.answer = sends(jpeg);
    await regenerateAvatar(owner);
    const version = await versionOf(context, owner.actor.userId);
    await first;
    expect(await versionOf(context, owner.actor.userId)).toBe(version);
    expect(await shownIsGreen()).toBe(false);
  });
});

test("going back while Gravatar is away draws a pattern, and the Gravatar comes by itself later", async () => {
  await uploadAvatar(owner, jpeg);
  gravatar.answer = (response) => response.writeHead(503).end();
  expect(await regenerateAvatar(owner)).toMatchObject({ source: "identicon" });
  gravatar.answer = sends(green);
  await makeRequestsDue(context);
  await fulfil(context);
  expect(await shownIsGreen()).toBe(true);
  expect(await eventTypes()).toEqual(["avatar.uploaded by user", "avatar.regenerated by user", "avatar.regenerated by system"]);
});

test("what breaks off between the wish and its picture is finished by another process", async () => {
  gravatar.answer = sends(green);
  await requestGravatar(context, owner.actor.userId, 15);
  expect(await fulfil(context)).toBe(0);
  await makeRequestsDue(context);
  await fulfil(context);
  expect(await shownIsGreen()).toBe(true);
});

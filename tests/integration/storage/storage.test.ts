import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "@/lib/core/ids";
import { checkSettings } from "@/lib/platform/env";
import { openStorage } from "@/lib/platform/storage/open-storage";
import type { Storage } from "@/lib/platform/storage/storage";
import { hasS3, startS3 } from "@/tests/support/s3-server";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

async function open(env: Record<string, string>): Promise<Storage> {
  const { settings, problems } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://nobody", REDIS_URL: "redis://nobody", ...env });
  if (!settings) throw new Error(problems.join("\n"));
  const storage = await openStorage(settings);
  atEnd(async () => storage.close());
  return storage;
}

async function onDisk(): Promise<Record<string, string>> {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  return { STORAGE: "disk", DATA_DIR: folder };
}

async function keys(storage: Storage, prefix: string): Promise<string[]> {
  const found = [];
  for await (const { key } of storage.list(prefix)) found.push(key);
  return found.sort();
}

const drivers: [string, () => Promise<Record<string, string>>, boolean][] = [
  ["disk", onDisk, true],
  ["s3", async () => (await startS3()).settings, hasS3()],
];

describe.each(drivers)("storage on %s", (name, begin, runs) => {
  describe.skipIf(!runs)("the port", () => {
    let env: Record<string, string>;
    let storage: Storage;
    beforeAll(async () => {
      env = await begin();
      storage = await open(env);
    }, 60_000);

    test("is ready", () => storage.ready());

    test("gives back what was put, to the byte", async () => {
      const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
      const key = `avatars/${newId()}/${newId()}-small.webp`;
      await storage.put(key, body, "image/webp");
      expect(Buffer.from((await storage.get(key)) as Uint8Array).equals(body)).toBe(true);
      await storage.put(`${key}x`, new Uint8Array(0), "image/webp");
      expect((await storage.get(`${key}x`))?.length).toBe(0);
    });

    test("has nothing where nothing was put", async () => {
      expect(await storage.get(`avatars/${newId()}/nothing.webp`)).toBeNull();
      expect(await storage.get("avatars")).toBeNull();
      expect(await keys(storage, `avatars/${newId()}/`)).toEqual([]);
    });

    test("a later put of a key wins whole", async () => {
      const key = `twice/${newId()}`;
      await storage.put(key, Buffer.alloc(9_000, 1), "image/webp");
      await storage.put(key, Buffer.alloc(3, 2), "image/webp");
      expect([...((await storage.get(key)) ?? [])]).toEqual([2, 2, 2]);
    });

    test("deletes, also what is not there, and nothing else", async () => {
      const folder = newId();
      await Promise.all(["a", "b"].map((last) => storage.put(`gone/${folder}/${last}`, Buffer.from(last), "image/webp")));
      await storage.delete(`gone/${folder}/a`);
      await storage.delete(`gone/${folder}/a`);
      expect(await storage.get(`gone/${folder}/a`)).toBeNull();
      expect(await keys(storage, `gone/${folder}/`)).toEqual([`gone/${folder}/b`]);
      await storage.delete(`gone/${folder}/b`);
      expect(await keys(storage, "gone/")).toEqual([]);
    });

    test("lists every object below a prefix, with its time", async () => {
      const folder = newId();
      const wanted = Array.from({ length: 12 }, (_, index) => `list/${folder}/${index % 3}/${index}.webp`).sort();
      const began = Date.now();
      await Promise.all(wanted.map((key) => storage.put(key, Buffer.from("x"), "image/webp")));
      expect(await keys(storage, `list/${folder}/`)).toEqual(wanted);
      expect(await keys(storage, `list/${folder}/1/`)).toHaveLength(4);
      for await (const { modifiedAt } of storage.list(`list/${folder}/`)) expect(Math.abs(modifiedAt.getTime() - began)).toBeLessThan(60_000);
    });

    test("an object in pieces is stored whole or not at all, and read in pieces", async () => {
      const folder = newId();
      async function* pieces(count: number, breaksAt = count + 1): AsyncGenerator<Uint8Array> {
        for (let number = 0; number < count; number++) {
          if (number === breaksAt) throw new Error("no more of it");
          yield Buffer.alloc(700_001, number);
        }
      }
      // More than two parts of an S3, less than one, exactly one, and nothing.
      const whole: [string, AsyncIterable<Uint8Array>, number][] = [
        ["big", pieces(30), 30 * 700_001],
        ["small", pieces(1), 700_001],
        ["part", (async function* () { yield Buffer.alloc(8 * 1024 * 1024, 7); })(), 8 * 1024 * 1024],
        ["nothing", pieces(0), 0],
      ];
      for (const [last, parts, bytes] of whole) expect(await storage.putPieces(`pieces/${folder}/${last}`, parts, "application/zip"), last).toBe(bytes);
      for (const number of [0, 12, 29]) expect(Buffer.from((await storage.getPiece(`pieces/${folder}/big`, number * 700_001, 700_001)) ?? []).equals(Buffer.alloc(700_001, number))).toBe(true);
      expect((await storage.get(`pieces/${folder}/part`))?.length).toBe(8 * 1024 * 1024);
      expect(await storage.getPiece(`pieces/${folder}/none`, 0, 10)).toBeNull();
      await expect(storage.putPieces(`pieces/${folder}/broken`, pieces(30, 20), "application/zip")).rejects.toThrow("no more of it");
      expect(await storage.get(`pieces/${folder}/broken`)).toBeNull();
      expect(await keys(storage, `pieces/${folder}/`)).toEqual(["big", "nothing", "part", "small"].map((last) => `pieces/${folder}/${last}`));
      await storage.put(`pieces/${folder}x/other`, Buffer.from("x"), "image/webp");
      await storage.deleteBelow(`pieces/${folder}/`);
      expect(await keys(storage, "pieces/")).toEqual([`pieces/${folder}x/other`]);
      for (const prefix of ["", "/", "pieces", "../"]) await expect((async () => storage.deleteBelow(prefix))(), prefix).rejects.toThrow(/not a/);
    });

    test.skipIf(name !== "disk")("flushes a large one as it is written, not all of it at its end", async () => {
      const handle = await openFile(join(env.DATA_DIR as string, "any"), "w");
      const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "sync");
      await handle.close();
      const piece = Buffer.alloc(8 * 1024 * 1024, 7);
      await storage.putPieces(`pieces/${newId()}/large`, (async function* () { for (let number = 0; number < 17; number++) yield piece; })(), "application/zip");
      // Twice while it is written, once at its end, and the folder.
      expect(sync.mock.calls.length).toBe(4);
      sync.mockRestore();
    });

    test("puts and deletes of one folder at once leave what was put last", async () => {
      const folder = newId();
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const key = `busy/${folder}/${index}`;
          await storage.put(key, Buffer.from("x"), "image/webp");
          await storage.delete(key);
          if (index % 4 === 0) await storage.put(key, Buffer.from("y"), "image/webp");
        }),
      );
      expect(await keys(storage, `busy/${folder}/`)).toHaveLength(5);
    });

    test.each(["../../etc/passwd", "a/../../b", "/etc/passwd", "a//b", "a/./b", "a\\b", "a\0b", "", ".", "..", ".hidden", "a/.hidden", "x".repeat(600), "a%2e%2e/b"])(
      "%j is no key", async (key) => {
        await expect((async () => storage.put(key, Buffer.from("x"), "image/webp"))()).rejects.toThrow("not a key");
        await expect((async () => storage.get(key))()).rejects.toThrow("not a key");
        await expect((async () => storage.delete(key))()).rejects.toThrow("not a key");
      },
    );

    test("what cannot be done is one kind of error", async () => {
      const broken = await open(name === "disk" ? { ...env, DATA_DIR: "/dev/null" } : { ...env, S3_SECRET_KEY: "wrong" });
      const key = `avatars/${newId()}/x.webp`;
      await expect(broken.ready()).rejects.toThrow();
      await expect(broken.put(key, Buffer.from("x"), "image/webp")).rejects.toMatchObject({ code: "STORAGE_DOWN" });
      if (name === "s3") {
        await expect(broken.get(key)).rejects.toMatchObject({ code: "STORAGE_DOWN" });
        await expect(broken.delete(key)).rejects.toMatchObject({ code: "STORAGE_DOWN" });
      }
    });
  });
});

describe("storage on disk", () => {
  test("a put that broke off is nothing to read, is listed, and goes with its key", async () => {
    const env = await onDisk();
    const storage = await open(env);
    const folder = join(env.DATA_DIR as string, "objects", "avatars", "user");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "one-small.webp.part~"), "half");
    expect(await storage.get("avatars/user/one-small.webp")).toBeNull();
    expect(await keys(storage, "avatars/")).toEqual(["avatars/user/one-small.webp"]);
    await storage.delete("avatars/user/one-small.webp");
    expect(readdirSync(join(env.DATA_DIR as string, "objects"))).toEqual([]);
  });
});

describe.skipIf(!hasS3())("storage on s3", () => {
  test("more than a page of objects is listed whole", async () => {
    const server = await startS3();
    const storage = await open(server.settings);
    const wanted = Array.from({ length: 230 }, (_, index) => `many/${String(index).padStart(5, "0")}`);
    for (let at = 0; at < wanted.length; at += 50) await Promise.all(wanted.slice(at, at + 50).map((key) => storage.put(key, Buffer.from("x"), "image/webp")));
    expect(await keys(storage, "many/")).toEqual(wanted);
  });

  test("a server that never answers is given up in time", async ({ skip }) => {
    const server = await startS3();
    if (!server.freeze) skip("the S3 server is not ours to freeze");
    const storage = await open(server.settings);
    await storage.put("frozen/before", Buffer.from("x"), "image/webp");
    server.freeze?.();
    const began = Date.now();
    await expect(storage.put("frozen/after", Buffer.from("x"), "image/webp")).rejects.toMatchObject({ code: "STORAGE_DOWN" });
    await expect(storage.ready()).rejects.toMatchObject({ code: "STORAGE_DOWN" });
    expect(Date.now() - began).toBeLessThan(2 * 4_500);
    server.thaw?.();
    expect((await storage.get("frozen/before"))?.length).toBe(1);
  });
});

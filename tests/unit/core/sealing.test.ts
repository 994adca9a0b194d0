import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { derivedKey, isSealedByFirst, openAtRest, type SealingKey, sealAtRest } from "@/lib/core/sealing";

const key = (id: string): SealingKey => ({ id, key: randomBytes(32) });
const [one, two] = [key("1"), key("2")];

test("what is sealed opens with the same key at the same place, and says nothing of itself", () => {
  const sealed = sealAtRest([one], "attempts/1/sealed", "a secret 🔑");
  expect(sealed).toMatch(/^1\.[\w-]+$/);
  expect(Buffer.from(sealed.slice(2), "base64url").toString("latin1")).not.toContain("secret");
  expect(openAtRest([one], "attempts/1/sealed", sealed)).toBe("a secret 🔑");
  expect(sealAtRest([one], "attempts/1/sealed", "a secret 🔑")).not.toBe(sealed);
});

test("another row, another column, another key, a changed or cut text open nothing", () => {
  const sealed = sealAtRest([one], "attempts/1/sealed", "text");
  for (const place of ["attempts/2/sealed", "attempts/1/other", ""]) expect(openAtRest([one], place, sealed)).toBeNull();
  expect(openAtRest([two], "attempts/1/sealed", sealed)).toBeNull();
  expect(openAtRest([{ ...two, id: "1" }], "attempts/1/sealed", sealed)).toBeNull();
  const bytes = Buffer.from(sealed.slice(2), "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(openAtRest([one], "attempts/1/sealed", `1.${changed.toString("base64url")}`)).toBeNull();
  }
  for (const cut of ["", "1", "1.", "1.AAAA", sealed.slice(0, -4), "constructor.AAAA"]) expect(openAtRest([one], "attempts/1/sealed", cut)).toBeNull();
});

test("a new key is put first: what the old one sealed still opens, and is told apart", () => {
  const old = sealAtRest([one], "place", "text");
  expect(openAtRest([two, one], "place", old)).toBe("text");
  expect([isSealedByFirst([two, one], old), isSealedByFirst([one, two], old)]).toEqual([false, true]);
});

test("a key for one purpose is another one for another", () => {
  expect(derivedKey(one, "a")).toEqual(derivedKey(one, "a"));
  expect(derivedKey(one, "a")).not.toEqual(derivedKey(one, "b"));
  expect(derivedKey(one, "a")).not.toEqual(derivedKey(two, "a"));
});

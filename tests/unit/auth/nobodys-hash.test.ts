import { hashSync } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { HASH_PARAMETERS } from "@/lib/auth/hash-password";
import { needsRehash, NOBODYS_HASH } from "@/lib/auth/verify-password";

test("the hash for unknown accounts costs what a real one does", () => {
  expect(needsRehash(NOBODYS_HASH)).toBe(false);
});

test("a hash with any other parameter is made anew", () => {
  expect(needsRehash(hashSync("x", HASH_PARAMETERS))).toBe(false);
  for (const other of [{ memoryCost: 8192 }, { timeCost: 3 }, { parallelism: 2 }, { algorithm: 1 }]) {
    expect(needsRehash(hashSync("x", { ...HASH_PARAMETERS, ...other })), JSON.stringify(other)).toBe(true);
  }
});

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { HASH_PARAMETERS } from "@/lib/auth/hash-password";
import { atEnd } from "@/tests/support/stop-everything";

/** Bare argon2id with our parameters, in a process of its own that does nothing else. */
export type Hasher = {
  /** Verifications a second, so many at once. */
  perSecond(threads: number, milliseconds: number): Promise<number>;
  stop(): void;
};

export function startHasher(): Hasher {
  const child = fork(join("bench", "hash-passwords.mjs"));
  atEnd(async () => child.kill());
  return {
    async perSecond(threads, milliseconds) {
      child.send({ threads, milliseconds, parameters: HASH_PARAMETERS });
      return ((await once(child, "message")) as [number])[0];
    },
    stop: () => child.kill(),
  };
}

import { parseOptions } from "@node-rs/argon2";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { HASH_PARAMETERS } from "./hash-password";
import { inHashingThreads } from "./hashing-threads";
import { normalPassword } from "./password-limits";

/** The hash of random bytes that nobody kept, with today's parameters. */
export const NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$jgumiVvNNA1Q0nCAY9Rd4Q$GlzPGxoD7Evsd3QndtBttHkEvwd0g9zmYqCBwzMhUkM";

/**
 * Whether the password is the one behind the hash. Without a hash (no such account) and for a password longer
 * than any that was set the answer is no, after the same work: the time tells nobody which it was.
 * Errors: `unavailable` (too many hashes waiting).
 */
export async function verifyPassword(context: Context, hash: string | null, password: string, deadline: number): Promise<boolean | Failure> {
  const normal = normalPassword(password);
  const possible = hash !== null && normal !== null;
  const right = await inHashingThreads(context, deadline, "verify", { hash: possible ? hash : NOBODYS_HASH, password: normal ?? "" });
  return isFailure(right) ? right : right && possible;
}

/** Whether a hash was made with other parameters than today's. */
export function needsRehash(hash: string): boolean {
  const made = parseOptions(hash);
  return Object.entries(HASH_PARAMETERS).some(([name, value]) => made[name as keyof typeof HASH_PARAMETERS] !== value);
}

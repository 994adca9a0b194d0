import type { Options } from "@node-rs/argon2";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { inHashingThreads } from "./hashing-threads";
import { normalPassword } from "./password-limits";

/** Argon2id with 19 MiB, 2 passes, 1 lane (OWASP Password Storage, 2024). */
export const HASH_PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options;

/** The password's hash in PHC form. Errors: `invalid_input` (too long), `unavailable` (too many hashes waiting). */
export async function hashPassword(context: Context, password: string, deadline: number): Promise<string | Failure> {
  const normal = normalPassword(password);
  if (normal === null) return fail("invalid_input");
  return inHashingThreads(context, deadline, "hash", { password: normal, parameters: HASH_PARAMETERS });
}

import { availableParallelism } from "node:os";
import { makeAccounts, PASSWORD } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { startHasher } from "./hasher";
import { type Loader, post } from "./load";
import { median } from "./median";
import { atLeast, type Result } from "./result";

const PAIRS = 5;
/** Enough connections that a hash is always waiting; the code is compiled after a few hundred sign-ins. */
const RUN = { connections: 24, milliseconds: 3_000 };
const WARM_UP_MS = 8_000;
/** The default of HASH_THREADS (lib/platform/env.ts). */
export const THREADS = Math.max(1, availableParallelism() - 1);

/** Sign-ins over HTTP, each into the next of 400 accounts, against bare argon2id verifications with as many threads. */
export async function measureSignIn(servers: Servers, app: RunningApp, load: Loader): Promise<Result[]> {
  const emails = await makeAccounts(servers, "visitor", 400);
  const signIns = { ...RUN, requests: emails.map((email) => post("/api/auth/signin", app.origin, { email, password: PASSWORD })) };
  const hasher = startHasher();
  await load({ ...signIns, milliseconds: WARM_UP_MS });
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const raw = await hasher.perSecond(THREADS, RUN.milliseconds);
    ratios.push((await load(signIns)).perSecond / raw);
  }
  hasher.stop();
  return [atLeast(`Sign-ins over HTTP, against bare argon2id with as many threads (${THREADS})`, median(ratios), 0.8)];
}

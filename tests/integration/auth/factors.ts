import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { totpFactors } from "@/db/schema";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { beginTotp } from "@/lib/auth/begin-totp";
import { isBegunAttempt, type SignedInNow, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { codeOfStep, stepAt } from "@/lib/factors/totp";
import { query } from "@/scripts/servers/query";
import { newBrowser, PASSWORD, visitor } from "./account";

/** What succeeded; a failure is the test's. */
export function good<T>(result: T | Failure): T {
  if (isFailure(result)) throw new Error(`${result.failure}: ${result.detail ?? ""}`);
  return result;
}

/** The code of an app, `later` steps from now; each is good for the account once. */
export function codeNow(context: Context, secret: string, later = 0): string {
  return codeOfStep(secret, stepAt(context.clock.now()) + later);
}

/** Sets an authenticator app up, as if a step ago: its code of now is not spent by that. */
export async function withTotp(user: UserContext, proof: string): Promise<{ secret: string; codes: string[] }> {
  const { secret } = good(await beginTotp(user, { secret: proof }));
  const { recoveryCodes } = good(await confirmTotp(user, { code: codeNow(user, secret) }, { secret: proof }));
  await user.db.update(totpFactors).set({ lastStep: sql`${totpFactors.lastStep} - 1` }).where(eq(totpFactors.userId, user.actor.userId));
  return { secret, codes: recoveryCodes ?? [] };
}

/** Gives the password, and leaves the attempt that asks for a second step. */
export async function askedForSecond(context: Context, email: string, browser: SigningBrowser = newBrowser()): Promise<AttemptCredential> {
  const begun = good(await signIn(visitor(context), { email, password: PASSWORD }, browser));
  if (!isBegunAttempt(begun)) throw new Error("signed in without a second step");
  return begun.credential;
}

/** Proves an attempt, from wherever. */
export function give(context: Context, credential: AttemptCredential, method: "totp" | "recovery_code", code: string, trust = false) {
  return proveAttempt(visitor(context), credential, { method, code }, { prior: null, trust });
}

/** The session that a proof has led to. */
export function signedIn(proven: Awaited<ReturnType<typeof proveAttempt>>): SignedInNow {
  const done = good(proven);
  if (!("begun" in done)) throw new Error("something more is asked");
  return done.begun;
}

export function userOf(context: Context, begun: SignedInNow): UserContext {
  return { ...visitor(context), actor: { kind: "user", userId: begun.user.id, sessionId: begun.session.id } };
}

/** Runs `work` while another connection has locked something, longer than anybody waits for a lock. */
export async function whileLocked<T>(databaseUrl: string, locking: string, work: () => Promise<T>): Promise<T> {
  const holding = query(databaseUrl, `do $$ begin ${locking}; perform pg_sleep(6); end $$`);
  await sleep(500);
  const [result] = await Promise.all([work(), holding]);
  return result;
}

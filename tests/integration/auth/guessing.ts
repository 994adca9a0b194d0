import { and, eq, sql } from "drizzle-orm";
import { outgoingMails, secondStepGuesses } from "@/db/schema";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import type { SigningBrowser } from "@/lib/auth/complete-sign-in";
import type { Context } from "@/lib/core/context";
import { newBrowser } from "./account";
import { askedForSecond, give } from "./factors";

/** Nobody's code. */
export const WRONG = "12345";

/** How many wrong ones of the last hour, and since a right one, stand counted. */
export async function counted({ db }: Context, userId: string, where: "elsewhere" | "known device" | "step-up" = "elsewhere", way: "totp" | "recovery_code" = "totp") {
  const { deviceKnown, stepUp } = secondStepGuesses;
  const [row] = await db.select().from(secondStepGuesses).where(and(eq(secondStepGuesses.userId, userId), eq(deviceKnown, where !== "elsewhere"), eq(stepUp, where === "step-up"), eq(secondStepGuesses.way, way)));
  return [row?.takenAt.length ?? 0, row?.sinceSuccess ?? 0];
}

/** As if so long had passed. */
export async function age({ db }: Context, userId: string, minutes: number): Promise<void> {
  const back = sql`make_interval(mins => ${minutes})`;
  await db.update(secondStepGuesses).set({ takenAt: sql`array(select taken - ${back} from unnest(${secondStepGuesses.takenAt}) as taken)` }).where(eq(secondStepGuesses.userId, userId));
  await db.update(outgoingMails).set({ createdAt: sql`${outgoingMails.createdAt} - ${back}` }).where(eq(outgoingMails.userId, userId));
}

/** Wrong ones, one after the other, in as many attempts as they need; each has five. */
export async function guessWrong(context: Context, email: string, count: number, browser?: SigningBrowser, way: "totp" | "recovery_code" = "totp"): Promise<unknown[]> {
  const results: unknown[] = [];
  let attempt: AttemptCredential | null = null;
  for (let taken = 0; taken < count; taken++) {
    if (taken % 5 === 0) attempt = await askedForSecond(context, email, browser ?? newBrowser());
    results.push(await give(context, attempt as AttemptCredential, way, WRONG));
  }
  return results;
}

/** The kinds of mails that the account's owner was sent. */
export async function kindsTo({ db }: Context, userId: string): Promise<string[]> {
  const rows = await db.select({ kind: outgoingMails.kind }).from(outgoingMails).where(eq(outgoingMails.userId, userId));
  return rows.map(({ kind }) => kind);
}

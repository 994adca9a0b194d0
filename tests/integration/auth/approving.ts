import { readStanding } from "@/lib/auth/approval-row";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { type AttemptCredential, readAttempt } from "@/lib/auth/attempt-row";
import { completeSignIn, isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { emailKey } from "@/lib/auth/email-key";
import { findAccount } from "@/lib/auth/find-account";
import { listApprovals } from "@/lib/auth/list-approvals";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import type { Begun } from "@/lib/sessions/begin-session";
import { newBrowser, visitor } from "./account";

/** A sign-in on a device that the account does not know, after its right password, which nobody has to hash again and again. */
export async function held(context: Context, email: string, browser: SigningBrowser = newBrowser(), rules: readonly UnusualRule[] = []): Promise<AttemptCredential> {
  const account = await findAccount(context, emailKey(email), browser.browserId);
  if (!account) throw new Error("no account");
  const asking = { first: "password", account, email, next: null, rules } as const;
  const begun = await completeSignIn(visitor(context), { userId: account.id, ways: account.ways, asking, newDevice: { rules } }, browser, {});
  if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error(isFailure(begun) ? begun.failure : "signed in at once");
  return begun.credential;
}

/** The digits that its holder is shown; null when nobody is asked. */
export async function digitsShown(context: Context, credential: AttemptCredential): Promise<string | null> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) throw new Error(attempt.failure);
  const standing = await readStanding(context, attempt);
  return standing.is === "waiting" ? standing.digits : null;
}

export type Waiting = { credential: AttemptCredential; id: string; digits: string };

/** The same, and it has asked the account's other devices. */
export async function waitingFor(context: Context, { email, user }: { email: string; user: UserContext }, browser?: SigningBrowser): Promise<Waiting> {
  const credential = await held(context, email, browser);
  const asked = await askForApproval(visitor(context), credential);
  if (isFailure(asked)) throw new Error(asked.failure);
  const [id, digits] = [await waitingId(user), await digitsShown(context, credential)];
  if (id === null || digits === null) throw new Error("nobody was asked");
  return { credential, id, digits };
}

/** What waits for this session's answer. */
export async function waitingId(user: UserContext): Promise<string | null> {
  const listed = await listApprovals(user, { limit: 50 });
  if (isFailure(listed)) throw new Error(listed.failure);
  return listed.items[0]?.id ?? null;
}

export function otherThan(digits: string): string {
  return digits === "99" ? "10" : String(Number(digits) + 1);
}

export function prove(context: Context, credential: AttemptCredential) {
  return proveAttempt(context, credential, { method: "approval" }, { prior: null });
}

/** The session that a proof led to, if it did. */
export function sessionIn(outcome: unknown): Begun | null {
  return typeof outcome === "object" && outcome !== null && "begun" in outcome ? (outcome.begun as Begun) : null;
}

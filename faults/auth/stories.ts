import { randomBytes } from "node:crypto";
import { readStanding } from "@/lib/auth/approval-row";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { signInLimits } from "@/lib/auth/attempt-limits";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import { emailKey } from "@/lib/auth/email-key";
import { listApprovals } from "@/lib/auth/list-approvals";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { query } from "@/scripts/servers/query";
import { codeIn, newestMail, sendAll, tokenIn } from "@/tests/integration/auth/proving";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { provingOperations } from "@/tests/support/proving-operations";
import { ownerOf, trust, visitorOf } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { PASSWORD, writeAccount } from "@/tests/support/written-accounts";

export const NEXT = "eleven green ladders";
export const THIRD = "twelve purple anvils";

export type ProvingWorld = TestWorld & { inbox: TestMail; operations: ReturnType<typeof provingOperations> };

/** A world with mail, of which a test sends what is due. */
export async function openProvingWorld(): Promise<ProvingWorld> {
  const inbox = await startTestMail();
  const world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  await trust(world.context);
  return { ...world, inbox, operations: provingOperations(world.context) };
}

/** An account in which somebody with its password is signed in, and the two links that lead its owner back. */
export type Robbed = { id: string; email: string; thief: SignedInNow; reset: string; notMe: string };

export async function robbed({ context, databaseUrl, inbox, operations }: ProvingWorld): Promise<Robbed> {
  const { id, email } = await writeAccount(databaseUrl);
  const thief = await operations.signIn({ email, password: PASSWORD }, { browserId: newId(), prior: null });
  if (isFailure(thief) || isBegunAttempt(thief)) throw new Error("not signed in");
  await operations.askForReset(email);
  const reset = tokenIn(await newestMail(context, inbox, email, /\/reset\?/), "reset");
  return { id, email, thief, reset, notMe: tokenIn(await newestMail(context, inbox, email, /\/not-me\?/), "not-me") };
}

/** Makes the next sign-in on a new device look like somebody else's: it is asked for a code. */
export async function makeUnusual({ context }: ProvingWorld, email: string): Promise<void> {
  const ofAccount = signInLimits(emailKey(email), null, null).slice(-1);
  for (let failure = 0; failure < 5; failure++) {
    const attempt = await reserveAttempt(context, ofAccount, performance.now() + 1_000);
    if (isFailure(attempt)) throw new Error(attempt.failure);
    await attempt.settle(ofAccount);
  }
}

/** A sign-in that is asked for a code, as far as that, and the code. */
export async function asked(world: ProvingWorld, { email }: Pick<Robbed, "email">): Promise<{ credential: AttemptCredential; code: string }> {
  await makeUnusual(world, email);
  const begun = await world.operations.signIn({ email, password: PASSWORD }, { browserId: newId(), prior: null });
  if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("not asked");
  await sendAll(world.context);
  return { credential: begun.credential, code: codeIn(await newestMail(world.context, world.inbox, email, /#\d{6}\s*$/)) };
}

/** The same, and it has asked the thief's session, which is told the digits. */
export async function askedOthers(world: ProvingWorld, account: Robbed): Promise<{ credential: AttemptCredential; id: string; digits: string }> {
  const { context } = world;
  const { credential } = await asked(world, account);
  const attempt = await askForApproval(visitorOf(context), credential);
  if (isFailure(attempt)) throw new Error(attempt.failure);
  const standing = await readStanding(context, attempt);
  const listed = await listApprovals(ownerOf(context, account.thief), { limit: 1 });
  const id = isFailure(listed) ? undefined : listed.items[0]?.id;
  if (standing.is !== "waiting" || id === undefined) throw new Error("nobody was asked");
  return { credential, id, digits: standing.digits };
}

/** Whether this password opens the account on a device that it does not know; what is asked beyond it counts as open. */
export async function opens({ operations }: ProvingWorld, email: string, password: string): Promise<boolean> {
  return !isFailure(await operations.signIn({ email, password }, { browserId: newId(), prior: null }));
}

export async function openSessions({ databaseUrl }: ProvingWorld, id: string): Promise<string[]> {
  return (await query<{ id: string }>(databaseUrl, "select id from sessions where user_id = $1 and ended_at is null", [id])).map((session) => session.id);
}

/** The thief asks for another address, and has its code. */
export async function askedForAddress({ context, inbox }: ProvingWorld, { thief }: Pick<Robbed, "thief">): Promise<{ email: string; credential: AttemptCredential; code: string }> {
  const email = `thief-${newId()}@example.com`;
  // From a network of its own: one is sent twenty codes an hour.
  const network = `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
  const begun = await beginEmailChange({ ...visitorOf(context, network), actor: { kind: "user", userId: thief.credential.u, sessionId: thief.credential.s } }, { email }, "browser", { secret: thief.proof });
  if (isFailure(begun)) throw new Error(begun.failure);
  return { email, credential: begun.credential, code: codeIn(await newestMail(context, inbox, email)) };
}

/** The link by which the owner undoes a change of address. */
export async function undoLink({ context, inbox }: ProvingWorld, { email }: Pick<Robbed, "email">): Promise<string> {
  return tokenIn(await newestMail(context, inbox, email, /\/undo\?/), "undo");
}

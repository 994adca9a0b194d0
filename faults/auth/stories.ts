import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { codeIn, newestMail, sendAll, tokenIn } from "@/tests/integration/auth/proving";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { provingOperations } from "@/tests/support/proving-operations";
import { trust } from "@/tests/support/sessions";
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
export async function makeUnusual({ databaseUrl }: ProvingWorld, id: string): Promise<void> {
  await query(databaseUrl, "insert into events (id, user_id, type, actor) select gen_random_uuid(), $1, 'sign_in.failed', 'user' from generate_series(1, 5)", [id]);
}

/** A sign-in that is asked for a code, as far as that, and the code. */
export async function asked(world: ProvingWorld, { id, email }: Pick<Robbed, "id" | "email">): Promise<{ credential: AttemptCredential; code: string }> {
  await makeUnusual(world, id);
  const begun = await world.operations.signIn({ email, password: PASSWORD }, { browserId: newId(), prior: null });
  if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("not asked");
  await sendAll(world.context);
  return { credential: begun.credential, code: codeIn(await newestMail(world.context, world.inbox, email, /#\d{6}\s*$/)) };
}

/** Whether this password opens the account on a device that it does not know; what is asked beyond it counts as open. */
export async function opens({ operations }: ProvingWorld, email: string, password: string): Promise<boolean> {
  return !isFailure(await operations.signIn({ email, password }, { browserId: newId(), prior: null }));
}

export async function openSessions({ databaseUrl }: ProvingWorld, id: string): Promise<string[]> {
  return (await query<{ id: string }>(databaseUrl, "select id from sessions where user_id = $1 and ended_at is null", [id])).map((session) => session.id);
}

import type { passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { spendChallenge } from "@/lib/factors/spend-challenge";
import { queueMail } from "@/lib/mail/queue-mail";
import { doneBy } from "./asked-by";

type PasskeyRow = Pick<typeof passkeys.$inferSelect, "userId" | "name">;

/**
 * Tells an account that one of its passkeys counts backwards, which a copy of it does. Uses the challenge up: an answer that
 * comes twice, by a form that was sent twice, is no sign of a copy, and whoever has one makes no flood of mails by sending it
 * again and again.
 */
export async function tellOfCounter(context: Context, { userId, name }: PasskeyRow, challenge: string): Promise<void> {
  await inTransaction(context, async (tx) => {
    if (!(await spendChallenge(tx, challenge))) return;
    await recordEvents({ ...tx, actor: { kind: "anonymous" } }, [{ userId, type: "passkey.counter_went_back", detail: { name } }]);
    await queueMail(tx, { kind: "passkey_counter", userId, facts: { done: doneBy(tx), name } });
  });
}

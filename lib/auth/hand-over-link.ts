import { and, eq, isNull } from "drizzle-orm";
import { databaseNow, outgoingMails, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";
import { HANDED_OVER } from "@/lib/mail/kinds";
import { linkTo } from "@/lib/mail/link-token";
import { queueMail } from "@/lib/mail/queue-mail";
import { giveRight } from "./give-right";
import type { HandedLink } from "./schema";

const MINUTES = 30;

/** `by`: who makes it, where the context does not say. `makersCuts`: an administrator's counter, their row locked. `tells`: whether the account's owner gets a mail about it. */
type Handing = { by?: Pick<NewEvent, "actor" | "sessionId">; makersCuts?: number; tells: boolean };

/**
 * Makes a link with which whoever has it can set the account's password, once, within half an hour: for somebody to hand
 * over (ACCOUNTS 6). In the caller's transaction and under the account's lock, with its event. It proves no address, and a
 * reset or a going back ends it, of the account's owner or of whoever made it. Links that were handed over before are worth nothing from then on: one that went astray is
 * taken back by making another. Errors: `conflict` (the account is disabled: nothing opens it).
 */
export async function handOverLink(tx: Context, user: typeof users.$inferSelect, { by, makersCuts, tells }: Handing): Promise<HandedLink | Failure> {
  if (user.disabledAt) return fail("conflict", { detail: "This account is disabled: no link opens it." });
  const older = and(eq(outgoingMails.userId, user.id), eq(outgoingMails.kind, HANDED_OVER), isNull(outgoingMails.droppedAt));
  await tx.db.update(outgoingMails).set({ droppedAt: databaseNow, tokenHash: null }).where(older);
  const now = tx.clock.now();
  const until = new Date(now + MINUTES * 60_000);
  const about = tx.actor.kind === "user" ? { madeBy: tx.actor.userId, ...(makersCuts !== undefined && { makersCuts }) } : {};
  const token = await giveRight(tx, { kind: HANDED_OVER, userId: user.id, address: user.email, cuts: user.cuts, until, about });
  await recordEvents(tx, [{ userId: user.id, type: "reset_link.made", ...by }]);
  if (tells) await queueMail(tx, { kind: "reset_by_administrator", userId: user.id, address: user.email, facts: { at: iso(now), what: "reset_link" } });
  return { url: linkTo(tx, "reset", token), expiresAt: iso(until) };
}

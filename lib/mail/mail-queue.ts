import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull, sql } from "drizzle-orm";
import { databaseNow, outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import type { Queue } from "@/lib/jobs/queue";
import type { MailRefused } from "@/lib/platform/smtp-failure";
import type { MailContent } from "./kinds";
import { renderMail } from "./render-mail";

export type MailRow = typeof outgoingMails.$inferSelect;

/**
 * To whom, and what it says. Codes and tokens are made here, and nowhere before. To nobody: it is dropped, but only after it
 * was rendered like any other. Mail is made apart from the requests, but where both share a core whoever has just asked for a
 * mail to an address might still tell from what he asks next whether there is one (promise 9).
 */
export type PreparedMail = { to: string | null; content: MailContent };

/**
 * Looks whether what a mail tells is still true, in a transaction of its own before it is sent, and makes what it carries.
 * Null: it is not, and the mail is dropped, with its link.
 */
export type Prepare = (tx: Context, mail: MailRow) => Promise<PreparedMail | null>;

const LEASE_SECONDS = 60;

/** Mails that are to be sent. Each at least once, with one Message-ID however often; none after it became untrue or useless. */
export function mailQueue(prepare: Prepare): Queue<typeof outgoingMails> {
  /** How long the last one that was sent took, milliseconds. */
  let lastMs = 0;
  return {
    table: outgoingMails,
    key: outgoingMails.id,
    atOnce: 5,
    // Longer than the mailer takes for one, whatever the server does.
    leaseSeconds: LEASE_SECONDS,
    pause: { first: 5, factor: 2, longest: 600 },
    async attempt(context, mail) {
      if (!context.mailer) return;
      const takenAt = performance.now();
      const prepared = await inTransaction(context, async (tx) => ({ mail: await prepareOrDrop(tx, mail, prepare) }));
      if ("failure" in prepared || !prepared.mail) return;
      const { to, content } = prepared.mail;
      const rendered = await renderMail(context.settings, content);
      // It is dropped by now, and keeps its place of the five for as long as if it were sent: else one's own mail, asked for
      // behind some to an address, came the sooner if nobody had that (promise 9).
      if (to === null) {
        await sleep(lastMs, undefined, { ref: false });
        return;
      }
      // Stalled since: by the time it is sent another worker may have it, and what it tells may be untrue.
      if (performance.now() - takenAt > LEASE_SECONDS * 1000 - context.mailer.longestMs) throw new Error("too late to send what was prepared");
      const sendingAt = performance.now();
      try {
        await context.mailer.send({ id: mail.id, to, ...rendered });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        context.log.warn({ err: error, mail: mail.id, kind: mail.kind }, "mail: refused for good");
        return giveUp(context, mail, [error.smtpCode, error.status].filter((part) => part !== null).join(" "));
      } finally {
        lastMs = performance.now() - sendingAt;
      }
      await settle(context, mail, { sentAt: databaseNow });
    },
  };
}

function isRefusal(error: unknown): error is MailRefused {
  return typeof error === "object" && error !== null && "code" in error && error.code === "MAIL_REFUSED";
}

/** The server refuses this mail for good. Administrators see it among the events, and its owner: somebody waits for it in vain. */
async function giveUp(context: Context, mail: MailRow, failure: string): Promise<void> {
  await settle(context, mail, { failedAt: databaseNow, failure });
  await recordEvents(context, [{ userId: mail.userId, type: "request.refused", actor: "system", detail: { what: "mail", kind: mail.kind, reason: failure } }]);
}

async function prepareOrDrop(tx: Context, mail: MailRow, prepare: Prepare): Promise<PreparedMail | null> {
  const [current] = await tx.db
    .select({ useless: sql<boolean>`${outgoingMails.notAfter} <= clock_timestamp()` })
    .from(outgoingMails)
    .where(and(eq(outgoingMails.id, mail.id), isNull(outgoingMails.droppedAt), eq(outgoingMails.tries, mail.tries)))
    .for("no key update");
  const prepared = current && !current.useless ? await prepare(tx, mail) : null;
  // One that may have been delivered, and only could not be sent again, keeps its link.
  if (!prepared || prepared.to === null) await settle(tx, mail, current?.useless && mail.tokenHash !== null ? { failure: "expired" } : { droppedAt: databaseNow });
  return prepared;
}

/** It is done with, unless another worker has it by now. */
async function settle({ db }: Context, { id, tries }: MailRow, outcome: object): Promise<void> {
  await db.update(outgoingMails).set({ dueAt: null, ...outcome }).where(and(eq(outgoingMails.id, id), eq(outgoingMails.tries, tries)));
}

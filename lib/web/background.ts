import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { prepareMail } from "@/lib/auth/prepare-mail";
import { deletionQueue } from "@/lib/avatars/deletion-queue";
import { requestQueue } from "@/lib/avatars/request-queue";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import { systemContext } from "@/lib/platform/system-context";
import { keepSessions } from "@/lib/sessions/keep-sessions";
import { remindOfEnds } from "@/lib/sessions/remind-of-ends";
import { getServices } from "./services";

const TIDY_MS = 10 * 60_000;

/** Starts what runs beside the requests. Idempotent in a process. */
export async function startBackground(): Promise<void> {
  const services = await getServices();
  const context = systemContext(services);
  keepSessions(context);
  void singleton("mailer.check", () => checkMailer(context));
  singleton("proofs.keeper", () => repeat(context, dropOldProofs, "auth: old attempts and mails are dropped later"));
  singleton("reminders.keeper", () => repeat(context, remindOfEnds, "sessions: owners are reminded of ends later"));
  singleton("jobs.keeper", () => keepJobs(context, services.listen, [requestQueue, deletionQueue, ...(context.mailer ? [mailQueue(prepareMail)] : [])]));
}

/** A wrong address, name or password is said at the start, and not only when somebody waits for a code. */
async function checkMailer({ mailer, log }: Context): Promise<void> {
  await mailer?.check().catch((error: unknown) => log.error({ err: error }, "mail: the server of SMTP_URL does not let us in; codes and links wait until it does"));
}

function repeat(context: Context, work: (context: Context) => Promise<void>, whenFailed: string): NodeJS.Timeout {
  return setInterval(() => void work(context).catch((error: unknown) => context.log.warn({ err: error }, whenFailed)), TIDY_MS).unref();
}

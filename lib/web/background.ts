import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { prepareMail } from "@/lib/auth/prepare-mail";
import { deletionQueue } from "@/lib/avatars/deletion-queue";
import { requestQueue } from "@/lib/avatars/request-queue";
import { singleton } from "@/lib/core/singleton";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import { systemContext } from "@/lib/platform/system-context";
import { keepSessions } from "@/lib/sessions/keep-sessions";
import { getServices } from "./services";

const TIDY_MS = 10 * 60_000;

/** Starts what runs beside the requests. Idempotent in a process. */
export async function startBackground(): Promise<void> {
  const services = await getServices();
  const context = systemContext(services);
  keepSessions(context);
  singleton("proofs.keeper", () => setInterval(() => void dropOldProofs(context).catch((error: unknown) => context.log.warn({ err: error }, "auth: old attempts and mails are dropped later")), TIDY_MS).unref());
  singleton("jobs.keeper", () => keepJobs(context, services.listen, [requestQueue, deletionQueue, ...(context.mailer ? [mailQueue(prepareMail)] : [])]));
}

import { getPriority, setPriority } from "node:os";
import { prepareMail } from "@/lib/auth/prepare-mail";
import type { Context } from "@/lib/core/context";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import { readSettings } from "@/lib/platform/env";
import { openServices } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { keepRedisTrusted } from "@/lib/sessions/keep-sessions";

/** How much politer than the server: whoever asks it for something comes first. Politer still, on a busy machine a code would be late (decision 10). */
const NICE = 10;

/**
 * Sends what is due for as long as the server that started it lives (serve/keep-sender.ts). Apart from it: whom a request makes
 * us mail must not show in how long the next one takes (decision 28).
 */
export async function main(): Promise<void> {
  setPriority(Math.min(getPriority() + NICE, 19));
  // However the server ends. What a terminal or a supervisor says to all processes at once is the server's to hear.
  process.on("disconnect", () => process.exit(0));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => {});
  const services = await openServices(readSettings());
  const context = systemContext(services);
  // The budgets of mails are counted there, together with the requests'.
  keepRedisTrusted(context);
  void checkMailer(context);
  keepJobs(context, services.listen, [mailQueue(prepareMail)]);
}

/** A wrong address, name or password is said at the start, and not only when somebody waits for a code. */
async function checkMailer({ mailer, log }: Context): Promise<void> {
  await mailer?.check().catch((error: unknown) => log.error({ err: error }, "mail: the server of SMTP_URL does not let us in; codes and links wait until it does"));
}

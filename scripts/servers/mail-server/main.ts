import type { Behaviour } from "./behaviour";
import { listenForReaders } from "./inbox";
import { keepMails } from "./kept-mails";
import { listenForMail } from "./smtp";

/** `main.ts folder smtp-port inbox-port [--controls]`: a process of its own (scripts/servers/mail.ts starts it). */
async function main([folder = "", smtpPort, inboxPort, ...flags]: readonly string[]): Promise<void> {
  const mails = await keepMails(folder);
  let behaviour: Behaviour = { kind: "accept" };
  await listenForMail(Number(smtpPort), mails, () => behaviour);
  await listenForReaders({ port: Number(inboxPort), mails, behave: flags.includes("--controls") ? (next) => (behaviour = next) : null });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

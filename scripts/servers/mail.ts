import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Trouble } from "../trouble";
import { freePort } from "./free-port";
import { startGuarded } from "./guarded-process";
import { pidIn, stopStale } from "./stop-stale";

export type MailServer = {
  /** Of SMTP. */
  readonly port: number;
  readonly inboxPort: number;
  readonly smtpUrl: string;
  /** Where a person reads what came; `/api/mails` below it is for programs. */
  readonly inboxUrl: string;
  pid(): number | null;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
};

export type MailOptions = {
  /** Where the mails are kept, and its log. Made when absent. */
  folder: string;
  port?: number;
  inboxPort?: number;
  /** Whether it can be told to refuse, hang and break off (`PUT /api/behaviour`), and to forget all (`DELETE /api/mails`): a test's. */
  controls?: boolean;
};

/** Starts an SMTP server that takes mail for everybody and sends none on, and its inbox page, on two ports of the loopback. A trial's and the tests'. */
export async function startMail({ folder, port, inboxPort, controls = false }: MailOptions): Promise<MailServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, "mail.pid");
  await stopStale(pidFile, /mail-server/, "SIGTERM");

  for (let attempt = 1; ; attempt++) {
    const ports = [port ?? (await freePort()), inboxPort ?? (await freePort())] as const;
    const log = join(folder, "mail.log");
    const program = join(process.cwd(), "scripts", "servers", "mail-server", "main.ts");
    const typescript = pathToFileURL(createRequire(join(process.cwd(), "package.json")).resolve("tsx")).href;
    const server = startGuarded({
      command: process.execPath,
      args: ["--import", typescript, program, join(folder, "mails"), ...ports.map(String), ...(controls ? ["--controls"] : [])],
      log,
      pidFile,
      stopSignal: "TERM",
      env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
    });
    const inboxUrl = `http://127.0.0.1:${ports[1]}`;
    if (await answers(inboxUrl, server.exited)) {
      return { port: ports[0], inboxPort: ports[1], smtpUrl: `smtp://127.0.0.1:${ports[0]}`, inboxUrl, pid: () => pidIn(pidFile), exited: server.exited, stop: server.stop };
    }
    await server.stop();
    if (attempt === 3) throw new Trouble(`The mail server does not start: ${readFileSync(log, "utf8").trim().split("\n").at(-1) ?? ""} (all of it: ${log})`);
  }
}

/** Its page listens last. */
async function answers(inboxUrl: string, exited: Promise<unknown>): Promise<boolean> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const started = Date.now(); Date.now() - started < 60_000 && !ended; await sleep(30)) {
    try {
      if ((await fetch(inboxUrl, { signal: AbortSignal.timeout(5_000) })).ok) return true;
    } catch {
      // Not yet.
    }
  }
  return false;
}

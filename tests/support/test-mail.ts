import { setTimeout as sleep } from "node:timers/promises";
import { type MailServer, startMail } from "@/scripts/servers/mail";
import type { Behaviour } from "@/scripts/servers/mail-server/behaviour";
import type { ReceivedMail } from "@/scripts/servers/mail-server/kept-mails";
import { atEnd, outlivingFiles } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

export type { ReceivedMail };

/** A real SMTP server, a test file's own while that runs. */
export type TestMail = {
  readonly smtpUrl: string;
  readonly inboxUrl: string;
  /** What an app or a world needs to send by it. */
  readonly env: { SMTP_URL: string; MAIL_FROM: string };
  /** What has come, the oldest first; to one recipient or to all. */
  mails(to?: string): Promise<ReceivedMail[]>;
  /** The first mail that fits, as soon as it is there; fails after `milliseconds` and says what came in its place. */
  waitFor(fits: (mail: ReceivedMail) => boolean, milliseconds?: number): Promise<ReceivedMail>;
  /** Takes mail in this way from now on. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Forgets what has come. */
  clear(): Promise<void>;
  /** SIGKILL; what came stays. */
  kill(): Promise<void>;
  /** Starts again on the same ports, accepting. */
  start(): Promise<void>;
};

type Kept = { folder: string; server: MailServer };

/** Those of the files before in this process, which have forgotten all: starting one takes longer than most files' mails. */
const idle: Kept[] = [];

export async function startTestMail(): Promise<TestMail> {
  const kept = (await takeIdle()) ?? (await outlivingFiles(startKept));
  const { folder } = kept;
  const { port, inboxPort, smtpUrl, inboxUrl } = kept.server;
  atEnd(async () => {
    const answers = await Promise.all([behave({ kind: "accept" }), clear()]).then(() => true, () => false);
    if (answers) idle.push(kept);
  });

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${inboxUrl}${path}`, { method, headers: { "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  async function behave(behaviour: Behaviour): Promise<void> {
    await ask("PUT", "/api/behaviour", behaviour);
  }
  async function clear(): Promise<void> {
    await ask("DELETE", "/api/mails");
  }
  async function mails(to?: string): Promise<ReceivedMail[]> {
    const query = to === undefined ? "" : `?to=${encodeURIComponent(to)}`;
    return ((await (await ask("GET", `/api/mails${query}`)).json()) as ReceivedMail[]).toReversed();
  }
  return {
    smtpUrl,
    inboxUrl,
    env: { SMTP_URL: smtpUrl, MAIL_FROM: "accounts@latchkey.example" },
    mails,
    async waitFor(fits, milliseconds = 15_000) {
      for (const started = Date.now(); ; await sleep(50)) {
        const all = await mails();
        const found = all.find(fits);
        if (found) return found;
        if (Date.now() - started > milliseconds) throw new Error(`No such mail came, but ${JSON.stringify(all.map(({ to, subject }) => [to[0], subject]))}`);
      }
    },
    behave,
    clear,
    async kill() {
      process.kill(kept.server.pid() as number, "SIGKILL");
      await kept.server.exited;
    },
    async start() {
      kept.server = await startMail({ folder, port, inboxPort, controls: true });
    },
  };
}

/** One that still answers: what ended it is no matter of the file that comes next. */
async function takeIdle(): Promise<Kept | undefined> {
  for (let kept = idle.pop(); kept; kept = idle.pop()) if (await fetch(kept.server.inboxUrl).then(({ ok }) => ok, () => false)) return kept;
  return undefined;
}

async function startKept(): Promise<Kept> {
  const { folder, remove } = await makeTemporaryFolder();
  const kept = { folder, server: await startMail({ folder, controls: true }) };
  atEnd(async () => {
    await kept.server.stop();
    await remove();
  });
  return kept;
}

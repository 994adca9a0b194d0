import { setTimeout as sleep } from "node:timers/promises";
import { type MailServer, startMail } from "@/scripts/servers/mail";
import type { Behaviour } from "@/scripts/servers/mail-server/behaviour";
import type { ReceivedMail } from "@/scripts/servers/mail-server/kept-mails";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

export type { ReceivedMail };

/** A real SMTP server of a test's own. */
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

export async function startTestMail(): Promise<TestMail> {
  const { folder, remove } = await makeTemporaryFolder();
  let server: MailServer = await startMail({ folder, controls: true });
  const { port, inboxPort, smtpUrl, inboxUrl } = server;
  atEnd(async () => {
    await server.stop();
    await remove();
  });

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${inboxUrl}${path}`, { method, headers: { "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
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
    behave: async (behaviour) => void (await ask("PUT", "/api/behaviour", behaviour)),
    clear: async () => void (await ask("DELETE", "/api/mails")),
    async kill() {
      process.kill(server.pid() as number, "SIGKILL");
      await server.exited;
    },
    async start() {
      server = await startMail({ folder, port, inboxPort, controls: true });
    },
  };
}

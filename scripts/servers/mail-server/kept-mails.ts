import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { isId, newId } from "../../../lib/core/ids";

/** A mail that came in. `from` and `to` are the envelope's: whom it was really sent to. `headers` keep their order, their names in small letters. */
export type ReceivedMail = {
  id: string;
  messageId: string | null;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: { name: string; value: string }[];
  receivedAt: string;
};

/** A file of a mail: how it came, so that nothing is lost in reading it. */
type Kept = { receivedAt: string; from: string; to: string[]; raw: string };

export type KeptMails = {
  add(mail: { from: string; to: string[]; raw: Buffer }): Promise<void>;
  /** Newest first. */
  list(): ReceivedMail[];
  /** As it came over the wire, or null. */
  raw(id: string): Buffer | null;
  clear(): void;
};

const MOST = 500;

/** The last 500 mails, a file each, so that a restart has them. What opens something stands in them: readable by us alone. */
export async function keepMails(folder: string): Promise<KeptMails> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mails: ReceivedMail[] = [];
  const fileOf = (id: string) => join(folder, `${id}.json`);
  // Ids of version 7: in order of time.
  for (const id of readdirSync(folder).map((file) => file.replace(/\.json$/, "")).filter(isId).sort()) {
    mails.push(await read(id, JSON.parse(readFileSync(fileOf(id), "utf8")) as Kept));
  }

  function forgetOldest() {
    while (mails.length > MOST) rmSync(fileOf(mails.shift()?.id ?? ""), { force: true });
  }
  forgetOldest();

  return {
    async add({ from, to, raw }) {
      const id = newId();
      const kept: Kept = { receivedAt: new Date().toISOString(), from, to, raw: raw.toString("base64") };
      const mail = await read(id, kept);
      // Whole or not at all, whenever we are killed.
      writeFileSync(`${fileOf(id)}.new`, JSON.stringify(kept), { mode: 0o600 });
      renameSync(`${fileOf(id)}.new`, fileOf(id));
      mails.push(mail);
      forgetOldest();
    },
    list: () => mails.toReversed(),
    raw: (id) => (isId(id) && existsSync(fileOf(id)) ? Buffer.from((JSON.parse(readFileSync(fileOf(id), "utf8")) as Kept).raw, "base64") : null),
    clear() {
      for (const { id } of mails.splice(0)) rmSync(fileOf(id), { force: true });
    },
  };
}

async function read(id: string, { receivedAt, from, to, raw }: Kept): Promise<ReceivedMail> {
  const { messageId = null, subject = "", text = "", html = "", headers } = await PostalMime.parse(Buffer.from(raw, "base64"));
  return { id, messageId, from, to, subject, text, html, headers: headers.map(({ key, value }) => ({ name: key, value })), receivedAt };
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ReceivedMail, TestMail } from "./test-mail";

const PATIENCE_MS = 15_000;

/** The code of the `count`th mail with one that goes there, as soon as it is there. */
export async function codeTo(inbox: TestMail, to: string, count = 1): Promise<string> {
  for (const started = Date.now(); ; await sleep(50)) {
    const codes = (await inbox.mails(to)).map(codeIn).filter((code) => code !== null);
    const code = codes[count - 1];
    if (code !== undefined) return code;
    if (Date.now() - started > PATIENCE_MS) throw new Error(`${codes.length} codes came to ${to}`);
  }
}

/** The newest link to that page which a mail that goes there and tells of this carries, as soon as there is one. */
export async function linkTo(inbox: TestMail, to: string, page: "reset" | "not-me" | "undo", tells = /(?:)/): Promise<string> {
  await inbox.waitFor((mail) => mail.to.includes(to) && tells.test(mail.text) && linkIn(mail, page) !== null);
  const links = (await inbox.mails(to)).filter(({ text }) => tells.test(text)).map((mail) => linkIn(mail, page)).filter((link) => link !== null);
  return links.at(-1) as string;
}

function codeIn({ text }: ReceivedMail): string | null {
  return /#(\d{6})$/.exec(text.trim())?.[1] ?? null;
}

function linkIn({ text }: ReceivedMail, page: string): string | null {
  return new RegExp(`https?://[^\\s]+/${page}\\?token=[\\w-]{43}`).exec(text)?.[0] ?? null;
}

/** Another one than this. */
export function wrongCode(code: string, by = 1): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, "0");
}

import { prepareMail } from "@/lib/auth/prepare-mail";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signUp } from "@/lib/auth/sign-up";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import type { Begun } from "@/lib/sessions/begin-session";
import type { ReceivedMail, TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";

const queue = mailQueue(prepareMail);

/** Sends all that is due. */
export async function sendAll(context: Context): Promise<void> {
  while ((await doDueJobs(context, queue)).taken > 0);
}

/** The newest mail to an address, once all that is due was sent. */
export async function newestMail(context: Context, inbox: TestMail, to: string, fits: RegExp = /./): Promise<ReceivedMail> {
  await sendAll(context);
  const mail = (await inbox.mails(to)).findLast(({ text }) => fits.test(text));
  if (!mail) throw new Error(`no mail to ${to}`);
  return mail;
}

export function codeIn({ text }: ReceivedMail): string {
  const code = /#(\d{6})$/.exec(text.trim())?.[1];
  if (!code) throw new Error(`no code in: ${text}`);
  return code;
}

/** What a link of the mail carries. */
export function tokenIn({ text }: ReceivedMail, page: "reset" | "not-me" | "undo"): string {
  const token = new RegExp(`/${page}(?:\\?token=|/)([\\w-]{43})`).exec(text)?.[1];
  if (!token) throw new Error(`no link to ${page} in: ${text}`);
  return token;
}

export const newAddress = () => `visitor-${newId()}@example.com`;

/** Begins a sign-up and leaves it there. */
export async function beginSignUp(context: Context, email: string, browser: SigningBrowser = newBrowser()): Promise<AttemptCredential> {
  const begun = await signUp(visitor(context), { email, password: PASSWORD, name: "Zo Li" }, browser);
  if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error(isFailure(begun) ? begun.failure : "signed in at once");
  return begun.credential;
}

/** A new account whose address is proven, signed in. */
export async function provenAccount(context: Context, inbox: TestMail): Promise<{ email: string; browser: SigningBrowser; begun: Begun; user: UserContext }> {
  const email = newAddress();
  const browser = newBrowser();
  const request = visitor(context);
  const credential = await beginSignUp(request, email, browser);
  const proven = await proveAttempt(request, credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email)) }, browser);
  if (isFailure(proven) || !("begun" in proven)) throw new Error("not proven");
  const { begun } = proven;
  return { email, browser, begun, user: { ...request, actor: { kind: "user", userId: begun.user.id, sessionId: begun.session.id } } };
}

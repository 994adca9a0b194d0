import { randomBytes } from "node:crypto";
import { listenTo } from "@/db/listen";
import { askForReset } from "@/lib/auth/ask-for-reset";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import type { SigningBrowser } from "@/lib/auth/complete-sign-in";
import { goBack } from "@/lib/auth/go-back";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import { visitorOf } from "./sessions";

/** Loaded by those alone who send: the templates take their time. */
async function mails() {
  const [{ mailQueue }, { prepareMail }] = await Promise.all([import("@/lib/mail/mail-queue"), import("@/lib/auth/prepare-mail")]);
  return mailQueue(prepareMail);
}

/** The ways in and back in, as a stranger's or an owner's request asks for them, each from a network that no limit knows yet. */
export function provingOperations(context: Context) {
  const request = () => visitorOf(context, `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`);
  return {
    async signIn(input: { email: string; password: string }, browser: SigningBrowser) {
      return signIn(request(), input, browser);
    },
    async prove(credential: AttemptCredential, code: string) {
      return proveAttempt(request(), credential, { method: "email_code", code }, { prior: null });
    },
    async giveFactor(credential: AttemptCredential, method: "totp" | "recovery_code", code: string) {
      return proveAttempt(request(), credential, { method, code }, { prior: null });
    },
    async askForReset(email: string) {
      return askForReset(request(), email, null);
    },
    async reset(token: string, newPassword: string) {
      return resetPassword(request(), { token, newPassword });
    },
    async notMe(token: string) {
      return goBack(request(), { token });
    },
    /** Sends what is due, once; or from now on, beside everything else. */
    async sendDue() {
      return doDueJobs(context, await mails());
    },
    async keepSending() {
      const queue = await mails();
      keepJobs(context, (channel, onNotice) => listenTo(context.settings.DATABASE_URL, channel, onNotice), [queue]);
    },
  };
}

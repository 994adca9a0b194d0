import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import type { Limit } from "@/lib/rate-limits/limit";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { assessNewPassword } from "./assess-new-password";
import { patienceOf, signUpLimits } from "./attempt-limits";
import { type BegunAttempt, beginAttempt } from "./begin-attempt";
import { completeSignIn, isBegunAttempt, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { hashPassword } from "./hash-password";
import { makeAccount } from "./make-account";
import { noteRefusal } from "./note-refusal";
import type { SignUpInput } from "./schema";

/**
 * Makes an account and signs it in; user, events and session come into being in one transaction, or nothing does. Where
 * addresses are verified nothing is made but an attempt, whether or not the address has an account: the code that goes to
 * it completes it, or tells its owner that they have one (promise 9).
 * Errors: `invalid_input` (the password's reason under `password`), `conflict` (the e-mail address has an account; never
 * with verification), `rate_limited`, `unavailable`.
 */
export async function signUp(context: Context, input: SignUpInput & { next?: string | null }, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const deadline = patienceOf(context);
  const { taken, made } = signUpLimits(context);
  const attempt = await reserveAttempt(context, [...taken, ...made], deadline);
  if (isFailure(attempt)) {
    noteRefusal(context, { userId: null, type: "request.refused", detail: { what: "sign_up", reason: attempt.failure } });
    return attempt;
  }
  let counting: Limit[] = [];
  try {
    const begun = await begin(context, input, browser, deadline);
    if (!isFailure(begun)) counting = made;
    else if (begun.failure === "conflict") counting = taken;
    return begun;
  } finally {
    await attempt.settle(counting);
  }
}

async function begin(context: Context, input: SignUpInput & { next?: string | null }, browser: SigningBrowser, deadline: number): Promise<SignedInNow | BegunAttempt | Failure> {
  const assessed = await assessNewPassword(context, input.password, [input.email, input.name], deadline);
  if (isFailure(assessed)) return assessed;
  if (!assessed.acceptable) return fail("invalid_input", { errors: [{ path: "password", message: assessed.advice }] });
  if (context.settings.EMAIL_VERIFICATION === "off" && (await hasAccount(context, input.email))) return taken();
  const passwordHash = await hashPassword(context, input.password, deadline);
  if (isFailure(passwordHash)) return passwordHash;
  const account = { id: newId(), name: input.name, passwordHash };
  return context.settings.EMAIL_VERIFICATION === "off" ? createAccount(context, account, input, browser) : askForCode(context, account, input, browser);
}

async function createAccount(context: Context, account: { id: string; name: string; passwordHash: string }, input: SignUpInput, browser: SigningBrowser): Promise<SignedInNow | Failure> {
  const also = (tx: Context) => makeAccount(tx, { ...account, email: input.email, emailKey: emailKey(input.email), emailVerified: false });
  const begun = await completeSignIn(context, { userId: account.id, ways: 0, also }, browser, input);
  if (!isFailure(begun) && isBegunAttempt(begun)) throw new Error("a new account is asked for nothing");
  return begun;
}

function askForCode(context: Context, secret: object, { email, client = "browser", device, remember = false, next = null }: SignUpInput & { next?: string | null }, { browserId }: SigningBrowser): Promise<BegunAttempt | Failure> {
  const { token: _token, ...app } = device ?? {};
  return inTransaction(context, (tx) =>
    beginAttempt(tx, { kind: "sign_up", account: null, email, browserId, client, app: client === "native" ? app : undefined, remember, next, asked: ["email_code"], secret }),
  );
}

async function hasAccount({ db }: Context, email: string): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.emailKey, emailKey(email)));
  return rows.length > 0;
}

function taken(): Failure {
  return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
}

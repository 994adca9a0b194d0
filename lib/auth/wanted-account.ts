import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { openChallenge } from "@/lib/factors/passkey-challenge";
import { verifyRegistration } from "@/lib/factors/verify-registration";
import { assessNewPassword } from "./assess-new-password";
import { emailKey } from "./email-key";
import { hashPassword } from "./hash-password";
import type { NewAccount } from "./make-account";
import { notMade } from "./register-passkey";
import type { SignUpInput } from "./schema";

/** What a sign-up wants, and the challenge to spend with it. */
export type Wanted = { account: NewAccount; challenge: string | null };

/** Errors: `invalid_input` (the reason under `password`), `conflict` (never with verification), `unavailable`. */
export async function accountWithPassword(context: Context, { email, name }: SignUpInput, password: string, deadline: number): Promise<Wanted | Failure> {
  const assessed = await assessNewPassword(context, password, [email, name], deadline);
  if (isFailure(assessed)) return assessed;
  if (!assessed.acceptable) return fail("invalid_input", { errors: [{ path: "password", message: assessed.advice }] });
  if (await isTaken(context, email)) return taken();
  const passwordHash = await hashPassword(context, password, deadline);
  return isFailure(passwordHash) ? passwordHash : { account: { id: newId(), name, passwordHash }, challenge: null };
}

/** With the id that its passkey was made for. Errors: `invalid_input` (the reason under `passkey`), `conflict` (never with verification). */
export async function accountWithPasskey(context: Context, { email, name }: SignUpInput, { response, challenge: sealed }: NonNullable<SignUpInput["passkey"]>, browserId: string): Promise<Wanted | Failure> {
  const { challenge, userId: id } = openChallenge(context, { purpose: "register", holder: browserId }, sealed) ?? {};
  if (challenge === undefined || id === undefined) return notMade();
  const passkey = await verifyRegistration(context, response, challenge);
  if (!passkey) return notMade();
  if (await isTaken(context, email)) return taken();
  return { account: { id, name, passwordHash: null, passkey }, challenge };
}

/** Where addresses are verified it is looked up by nobody but the sender of mail. */
async function isTaken({ db, settings }: Context, email: string): Promise<boolean> {
  if (settings.EMAIL_VERIFICATION === "required") return false;
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.emailKey, emailKey(email)));
  return rows.length > 0;
}

function taken(): Failure {
  return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
}

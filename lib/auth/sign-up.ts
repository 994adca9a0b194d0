import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import { wakeAvatars } from "@/lib/avatars/wake-avatars";
import { recordEvents } from "@/lib/events/record-events";
import type { Limit } from "@/lib/rate-limits/limit";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { assessNewPassword } from "./assess-new-password";
import { patienceOf, signUpLimits } from "./attempt-limits";
import { completeSignIn, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { hashPassword } from "./hash-password";
import { noteRefusal } from "./note-refusal";
import type { SignUpInput } from "./schema";

/**
 * Makes an account and signs it in; user, events and session come into being in one transaction, or nothing does.
 * Its picture is fetched beside the request.
 * It never grants a role. Errors: `invalid_input` (the password's reason under `password`), `conflict` (the e-mail
 * address has an account), `rate_limited`, `unavailable`.
 */
export async function signUp(context: Context, input: SignUpInput, browser: SigningBrowser): Promise<SignedInNow | Failure> {
  const deadline = patienceOf(context);
  const { taken, made } = signUpLimits(context);
  const attempt = await reserveAttempt(context, [...taken, ...made], deadline);
  if (isFailure(attempt)) {
    noteRefusal(context, { userId: null, type: "request.refused", detail: { what: "sign_up", reason: attempt.failure } });
    return attempt;
  }
  let counting: Limit[] = [];
  try {
    const begun = await createAccount(context, input, browser, deadline);
    if (!isFailure(begun)) {
      wakeAvatars();
      counting = made;
    } else if (begun.failure === "conflict") counting = taken;
    return begun;
  } finally {
    await attempt.settle(counting);
  }
}

async function createAccount(context: Context, input: SignUpInput, browser: SigningBrowser, deadline: number): Promise<SignedInNow | Failure> {
  const assessed = await assessNewPassword(context, input.password, [input.email, input.name], deadline);
  if (isFailure(assessed)) return assessed;
  if (!assessed.acceptable) return fail("invalid_input", { errors: [{ path: "password", message: assessed.advice }] });
  const key = emailKey(input.email);
  const [existing] = await context.db.select({ id: users.id }).from(users).where(eq(users.emailKey, key));
  if (existing) return conflict();
  const passwordHash = await hashPassword(context, input.password, deadline);
  if (isFailure(passwordHash)) return passwordHash;
  const userId = newId();
  return completeSignIn(
    context,
    {
      userId,
      verifiedHash: passwordHash,
      async also(tx) {
        const row = { id: userId, email: input.email, emailKey: key, name: input.name, passwordHash };
        const made = await tx.db.insert(users).values(row).onConflictDoNothing({ target: users.emailKey }).returning({ id: users.id });
        if (made.length === 0) return conflict();
        await recordEvents(tx, [{ userId, type: "account.created", actor: "user" }]);
        await requestGravatar(tx, userId);
      },
    },
    browser,
    input,
  );
}

function conflict(): Failure {
  return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
}

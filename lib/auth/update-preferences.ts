import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { factorColumns } from "@/lib/factors/account-factors";
import type { Preferences, PreferencesInput } from "@/lib/users/schema";
import { type FactorChange, changeFactors } from "./change-factors";
import { preferencesOf } from "./get-preferences";
import { type HashedCodes, hashedCodes, keepCodes } from "./keep-codes";
import { type OwnSession, readOwnSession } from "./own-session";
import { type ProofShown, refuseUnproven } from "./require-proof";
import { settleSecondStep } from "./settle-second-step";
import { tellOfAdded, tellOfRemoved } from "./tell-of-factor";

/**
 * Changes what is given of the user's own preferences, and answers with all as they stand. What is asked of a sign-in is a matter of
 * ways in: to switch approval or the second step off needs a step-up, and so does what hands out recovery codes, for they are a
 * proof themselves. Errors: `conflict` (nothing to give a second step by; or an authenticator app is on, which always asks, or
 * their role needs one), `proof_required`, `rate_limited` (recovery codes), `unauthenticated`, `unavailable`.
 */
export async function updatePreferences(context: UserContext, input: PreferencesInput, proof: ProofShown): Promise<Preferences | Failure> {
  if (input.approveNewDevices === undefined && input.secondStep === undefined) return setReminders(context, input);
  const before = await readOwnSession(context);
  if (isFailure(before)) return before;
  const refused = refuse(before, input, proof);
  if (refused) return refused;
  const codes = handsOutCodes(before, input) ? await hashedCodes(context) : null;
  if (isFailure(codes)) return codes;
  return changeFactors(context, { ways: before.user.ways }, async (tx, own) => refuse(own, input, proof) ?? change(tx, own, input, codes));
}

function refuse(own: OwnSession, input: PreferencesInput, proof: ProofShown): Failure | undefined {
  const { user, factors } = own;
  if (input.secondStep === true && !factors.totp && factors.passkeys === 0) return fail("conflict", { detail: "Set up an authenticator app or add a passkey first." });
  if (input.secondStep === false && factors.totp) return fail("conflict", { detail: "With an authenticator app it is always asked. Turn that off." });
  if (input.secondStep === false && own.mustHaveSecondStep) return fail("conflict", { detail: "Your role needs a second step: it stays on." });
  const switchesOff = (input.approveNewDevices === false && user.approveNewDevices) || (input.secondStep === false && factors.secondStep);
  return switchesOff || handsOutCodes(own, input) ? refuseUnproven(own, proof) : undefined;
}

function handsOutCodes({ factors }: OwnSession, { secondStep }: PreferencesInput): boolean {
  return secondStep === true && !factors.secondStep && factors.recoveryCodes === 0;
}

async function change(tx: UserContext, own: OwnSession, input: PreferencesInput, codes: HashedCodes | null): Promise<FactorChange<Preferences>> {
  const { id: userId, ways, ...before } = own.user;
  const { approveNewDevices = before.approveNewDevices } = input;
  const { secondStep = own.factors.secondStep } = input;
  const { sessionId } = tx.actor;
  let set: FactorChange<Preferences>["set"] = null;
  if (approveNewDevices !== before.approveNewDevices) {
    set = { approveNewDevices, approvalOffNumber: approveNewDevices ? null : ways + 1 };
    await recordEvents(tx, [{ userId, type: "profile.changed", sessionId, detail: { approveNewDevices: { from: before.approveNewDevices, to: approveNewDevices } } }]);
  }
  const factors = { ...own.factors, secondStep };
  if (secondStep !== own.factors.secondStep) {
    if (codes) await keepCodes(tx, own, codes);
    set = { ...set, secondStep, ...(await settleSecondStep(tx, factors)) };
    await (secondStep ? tellOfAdded : tellOfRemoved)(tx, own, { what: "second_step", name: null });
  }
  const remindOfEnds = await remind(tx, before.remindOfEnds, input);
  const now = preferencesOf({ user: { approveNewDevices, remindOfEnds }, factors });
  return { set, result: { ...now, ...(codes && { recoveryCodes: codes.plain }) } };
}

/** What is no way in asks nothing of the session but that it was one when this began. */
async function setReminders(context: UserContext, input: PreferencesInput): Promise<Preferences | Failure> {
  return inTransaction<UserContext, Preferences>(context, async (tx) => {
    const { approveNewDevices, remindOfEnds } = users;
    const [user] = await tx.db.select({ approveNewDevices, remindOfEnds, factors: factorColumns(tx.settings) }).from(users).where(eq(users.id, tx.actor.userId)).for("no key update");
    if (!user) return fail("unauthenticated");
    return preferencesOf({ user: { ...user, remindOfEnds: await remind(tx, user.remindOfEnds, input) }, factors: user.factors });
  });
}

/** Under the account's lock. Returns whether they are reminded. */
async function remind(tx: UserContext, before: boolean, { remindOfEnds = before }: PreferencesInput): Promise<boolean> {
  const { userId, sessionId } = tx.actor;
  if (remindOfEnds !== before) {
    await tx.db.update(users).set({ remindOfEnds }).where(eq(users.id, userId));
    await recordEvents(tx, [{ userId, type: "profile.changed", sessionId, detail: { remindOfEnds: { from: before, to: remindOfEnds } } }]);
  }
  return remindOfEnds;
}

"use server";

import { headers } from "next/headers";
import { refresh } from "next/cache";
import { z } from "zod";
import { passkeyResponse } from "@/app/(auth)/given-proof";
import { type PreferenceName, preferenceNames, type Pressed } from "@/components/security/security-actions";
import { beginTotp } from "@/lib/auth/begin-totp";
import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { registerPasskey } from "@/lib/auth/register-passkey";
import { removePasskey } from "@/lib/auth/remove-passkey";
import { removeTotp } from "@/lib/auth/remove-totp";
import { renamePasskey } from "@/lib/auth/rename-passkey";
import type { ProofShown } from "@/lib/auth/require-proof";
import { passkeyNameInput } from "@/lib/auth/schema";
import { unlinkIdentity } from "@/lib/auth/unlink-identity";
import { updatePreferences } from "@/lib/auth/update-preferences";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { MadeCodes } from "@/lib/factors/schema";
import type { Preferences } from "@/lib/users/schema";
import { type Lead, leadTo, setCookies, setUpAction } from "@/lib/web/action";
import { confirmFirst } from "@/lib/web/confirm-first";
import { readProof } from "@/lib/web/proof-cookie";
import { clearedTypedCookie } from "@/lib/web/typed-cookie";
import { withCodesToSee } from "./codes-to-see";

const nothing = z.strictObject({});

export const setUpAppAction = setUpAction(nothing, async (context): Promise<Failure | Lead | null> => {
  const begun = await beginTotp(context, await shown(context));
  if (isFailure(begun)) return askFirst(context, begun, "setUpApp");
  await setCookies([clearedTypedCookie(context.settings)]);
  return leadTo("/security/authenticator");
});

export const turnOffAppAction = setUpAction(nothing, async (context): Promise<Failure | Lead | null> => {
  const removed = await removeTotp(context, await shown(context));
  return isFailure(removed) ? askFirst(context, removed, "turnOffApp") : done(context, null);
});

export const makeCodesAction = withCodesToSee(
  setUpAction(nothing, async (context): Promise<Failure | Lead | MadeCodes> => {
    const made = await makeRecoveryCodes(context, await shown(context));
    return isFailure(made) ? askFirst(context, made, "makeCodes") : done(context, made);
  }),
);

/** Without an answer it is the press of a button for which a step-up was missing. */
const passkeyForm = z.strictObject({ response: passkeyResponse.default({}), challenge: z.string().max(4096).default("") });

export const addPasskeyAction = setUpAction(passkeyForm, async (context, given): Promise<Failure | Lead | null> => {
  const added = await registerPasskey(context, given, await shown(context));
  return isFailure(added) ? askFirst(context, added, "addPasskey") : done(context, null);
});

export const removePasskeyAction = setUpAction(z.strictObject({ passkeyId: z.string() }), async (context, { passkeyId }): Promise<Failure | Lead | null> => {
  const removed = await removePasskey(context, passkeyId, await shown(context));
  return isFailure(removed) ? askFirst(context, removed, "removePasskey") : done(context, null);
});

export const unlinkIdentityAction = setUpAction(z.strictObject({ identityId: z.string() }), async (context, { identityId }): Promise<Failure | Lead | null> => {
  const unlinked = await unlinkIdentity(context, identityId, await shown(context));
  return isFailure(unlinked) ? askFirst(context, unlinked, "unlinkIdentity") : done(context, null);
});

const renameForm = passkeyNameInput.extend({ passkeyId: z.string(), plain: z.literal("on").optional() });

export const renamePasskeyAction = setUpAction(renameForm, async (context, { passkeyId, name, plain }): Promise<Failure | Lead | null> => {
  const renamed = await renamePasskey(context, passkeyId, { name });
  if (isFailure(renamed)) return renamed;
  return plain ? leadTo("/security#passkeys") : done(context, null);
});

const preferencesForm = z.strictObject({ preference: z.enum(preferenceNames), on: z.enum(["on", "off"]).default("off"), plain: z.literal("on").optional() });

const afterProof: Partial<Record<PreferenceName, Pressed>> = { secondStep: "secondStep", approveNewDevices: "approveNewDevices" };

export const updatePreferencesAction = withCodesToSee(
  setUpAction(preferencesForm, async (context, { preference, on, plain }): Promise<Failure | Lead | Preferences> => {
    const preferences = await updatePreferences(context, { [preference]: on === "on" }, await shown(context));
    if (isFailure(preferences)) return askFirst(context, preferences, afterProof[preference]);
    // What is shown once is shown in the answer to the form itself.
    return plain && !preferences.recoveryCodes ? leadTo("/security") : done(context, preferences);
  }),
  (form) => form.get("preference") === "secondStep",
);

async function shown({ settings }: UserContext): Promise<ProofShown> {
  return { secret: readProof(settings, await headers()) };
}

const places: Record<Pressed, string> = {
  setUpApp: "authenticator-app",
  turnOffApp: "authenticator-app",
  makeCodes: "recovery-codes",
  addPasskey: "passkeys",
  removePasskey: "passkeys",
  link: "linked",
  unlinkIdentity: "linked",
  secondStep: "second-step",
  approveNewDevices: "new-devices",
};

/** To the step-up where one is asked for, and back to where the button is. */
async function askFirst(context: UserContext, failure: Failure, pressed: Pressed | undefined): Promise<Failure | Lead> {
  return failure.failure === "proof_required" && pressed ? confirmFirst(context, "/security", { pressed }, places[pressed]) : failure;
}

/** What was asked for is no longer waited for, and the page shows what is. */
async function done<T>({ settings }: UserContext, value: T): Promise<T> {
  await setCookies([clearedTypedCookie(settings)]);
  refresh();
  return value;
}

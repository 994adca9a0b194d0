import { z } from "zod";
import { displayText } from "@/lib/core/text";
import { timeSchema } from "@/lib/core/time-schema";

export const passkeySchema = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    /** It is kept in more than one place. */
    synced: z.boolean(),
    createdAt: timeSchema,
    lastUsedAt: timeSchema.nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof passkeySchema>;

export const passkeyNameSchema = displayText(64);

/** The account as another provider knows it. */
export const identitySchema = z
  .strictObject({
    id: z.uuid(),
    provider: z.string(),
    /** What the operator calls that provider. */
    label: z.string(),
    email: z.string().nullable(),
    createdAt: timeSchema,
    lastUsedAt: timeSchema.nullable(),
  })
  .meta({ id: "Identity" });
export type Identity = z.infer<typeof identitySchema>;

/** How an account is opened, and what it asks besides. */
export const factorsSchema = z
  .strictObject({
    /** A password opens it. */
    password: z.boolean(),
    /** Something is asked beyond the first proof. */
    secondStep: z.boolean(),
    totp: z.boolean(),
    passkeys: z.array(passkeySchema),
    identities: z.array(identitySchema),
    /** Those that were not used yet. */
    recoveryCodesLeft: z.int(),
  })
  .meta({ id: "Factors" });
export type AccountFactors = z.infer<typeof factorsSchema>;

/** An authenticator app that is being set up: its secret in base32, and the same as what an app reads off a picture. */
export const totpSetUpSchema = z.strictObject({ secret: z.string(), uri: z.string() });
export type TotpSetUp = z.infer<typeof totpSetUpSchema>;

export const totpCodeInput = z.strictObject({ code: z.string().max(64) });
export type TotpCodeInput = z.infer<typeof totpCodeInput>;

/** Shown once: only hashes of them are kept. */
const recoveryCodesSchema = z.array(z.string());

/** With the account's first factor; null when it has codes already. */
export const totpConfirmedSchema = z.strictObject({ recoveryCodes: recoveryCodesSchema.nullable() });
export type TotpConfirmed = z.infer<typeof totpConfirmedSchema>;

export const madeCodesSchema = z.strictObject({ recoveryCodes: recoveryCodesSchema });
export type MadeCodes = z.infer<typeof madeCodesSchema>;

import { z } from "zod";
import { unusualRules } from "@/lib/core/unusual-rule";
import { deviceInput, deviceKinds } from "@/lib/devices/schema";
import { timeSchema } from "@/lib/core/time-schema";
import { challengePurposes } from "@/lib/factors/passkey-challenge";
import { type Identity, type Passkey, passkeyNameSchema } from "@/lib/factors/schema";
import { sessionSchema } from "@/lib/sessions/schema";
import { tokensSchema } from "@/lib/tokens/schema";
import { nameSchema, userSchema } from "@/lib/users/schema";

/**
 * Local part and domain as RFC 5321 and RFC 6531 allow them without quotes. No control, format or
 * direction characters, so that an address is shown as what it is.
 */
const ADDRESS = /^(?!\.)(?!.*\.\.)[^\p{C}\p{Z}@"<>()[\]\\,;:]{1,64}(?<!\.)@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}\p{M}-]{2,63}$/u;

/** An e-mail address as typed: NFC, trimmed, at most 254 characters (RFC 5321, 4.5.3.1.3). `emailKey` makes of it what is compared. */
export const emailSchema = z
  .string()
  .max(1024)
  .transform((text) => text.normalize("NFC").trim())
  .refine((text) => text.length <= 254 && ADDRESS.test(text), "is not an email address");

/** At sign-in any password is taken as it is; its rules are applied when it is set. */
const anyPassword = z.string().max(4096);

/** A browser holds its session by a cookie, a native client by tokens. */
const client = z.enum(["browser", "native"]).optional();
const device = deviceInput.optional();

export const signInInput = z.strictObject({
  email: emailSchema,
  password: anyPassword,
  remember: z.boolean().optional(),
  client,
  device,
});
export type SignInInput = z.infer<typeof signInInput>;

/** What an authenticator answered, as browsers give it (WebAuthn Level 3, `toJSON`), and the challenge that it was given. */
const passkeyResponse = z.record(z.string(), z.unknown());
const challengeText = z.string().max(4096);

/** `password`, or a passkey in its place. */
export const signUpFields = z.strictObject({
  email: emailSchema,
  password: anyPassword.optional(),
  passkey: z.strictObject({ response: passkeyResponse, challenge: challengeText }).optional(),
  name: nameSchema,
  remember: z.boolean().optional(),
  client,
  device,
});
export const signUpInput = signUpFields.refine(({ password, passkey }) => (password === undefined) !== (passkey === undefined), { path: ["password"], message: "or a passkey is needed, and not both" });
export type SignUpInput = z.infer<typeof signUpInput>;

export const passwordInput = z.strictObject({ currentPassword: anyPassword, newPassword: anyPassword });
export type PasswordInput = z.infer<typeof passwordInput>;

/** What is asked beside or after the first proof (ACCOUNTS 4). */
export const wayNames = ["email_code", "totp", "recovery_code", "passkey", "approval", "password"] as const;
export type WayName = (typeof wayNames)[number];

/** The word of another provider, by the name that the operator gave it. */
const providerWay = z.templateLiteral(["provider:", z.string().max(64)]);
export type ProviderWay = z.infer<typeof providerWay>;

export const emailInput = z.strictObject({ email: emailSchema });
export type EmailInput = z.infer<typeof emailInput>;

/** What a step-up is given by here; another provider's word comes by way of that. */
export const proofWays = ["password", "totp", "passkey", "recovery_code", "email_code"] as const;
const proofWay = z.union([z.enum(proofWays), providerWay]);
export type GivenProofWay = (typeof proofWays)[number];
export type ProofWay = z.infer<typeof proofWay>;

/** A proof of any way. `response` and `challenge`: a passkey's answer, as browsers give it, to the challenge that it was given. */
const proofShape = {
  password: anyPassword.optional(),
  code: z.string().max(64).optional(),
  response: passkeyResponse.optional(),
  challenge: challengeText.optional(),
};

export const stepUpInput = z.strictObject({ method: proofWay, ...proofShape });
export type StepUpInput = z.infer<typeof stepUpInput>;

/** `ways`: those of which one would do; `provenUntil`: of the proof that came along, if it counts. `proof`: for a native client, which has no cookie. */
export const stepUpSchema = z.strictObject({ ways: z.array(proofWay), provenUntil: timeSchema.nullable(), proof: z.string().optional() });
export type StepUp = z.infer<typeof stepUpSchema>;

/** A sign-in, sign-up or change of address that is under way. */
export const attemptSchema = z
  .strictObject({
    kind: z.enum(["sign_up", "sign_in", "email_change"]),
    /** As it was typed. */
    address: z.string(),
    expiresAt: timeSchema,
    /** Those of which one is asked. None: what is left is the press that links (`attempt/link`). */
    ways: z.array(z.enum(wayNames)),
    /** When the next code can be sent, and how many more. */
    mail: z.strictObject({ resendAt: timeSchema, left: z.int() }).nullable(),
    digits: z.string().nullable(),
    /** Everything was proven, and the account is to be deleted then: it can be kept (`attempt/keep`), and nothing else. */
    keepUntil: timeSchema.optional(),
    /** For a native client, which has no cookie. */
    token: z.string().optional(),
  })
  .meta({ id: "Attempt" });
export type Attempt = z.infer<typeof attemptSchema>;

/** A proof of what an attempt asks. */
export const proofInput = z.strictObject({ method: z.enum(wayNames), ...proofShape });
export type ProofInput = z.infer<typeof proofInput>;

export const passkeySignInInput = z.strictObject({ response: passkeyResponse, challenge: challengeText, remember: z.boolean().optional() });
export type PasskeySignInInput = z.infer<typeof passkeySignInInput>;

/** `code`: as the browser brought it; `codeVerifier` as RFC 7636 has it (4.1); `redirectUri`: the very one that was asked with. */
export const codeExchange = z.strictObject({
  code: z.string().max(256),
  codeVerifier: z.string().regex(/^[\w.~-]{43,128}$/, "must be 43 to 128 letters, digits and - . _ ~"),
  redirectUri: z.string().max(2048),
  device,
});
export type CodeExchange = z.infer<typeof codeExchange>;

export const challengeInput = z.strictObject({ purpose: z.enum(challengePurposes), /** A native client's attempt. */ attempt: z.string().max(4096).optional() });

/** What to ask an authenticator with (`PublicKeyCredentialRequestOptionsJSON`, for `register` `…CreationOptionsJSON`), and the same challenge sealed: it goes back with the answer. */
export const challengeSchema = z.strictObject({ options: z.record(z.string(), z.unknown()), challenge: z.string() });
export type PasskeyChallenge = { options: object; challenge: string };

export const newPasskeyInput = z.strictObject({ response: passkeyResponse, challenge: challengeText, name: passkeyNameSchema.optional() });
export type NewPasskeyInput = z.infer<typeof newPasskeyInput>;

export const passkeyNameInput = z.strictObject({ name: passkeyNameSchema });
export type PasskeyNameInput = z.infer<typeof passkeyNameInput>;

/** A new device that waits until one of the account's others lets it in. */
export const approvalSchema = z
  .strictObject({
    id: z.uuid(),
    device: z.strictObject({ name: z.string(), kind: z.enum(deviceKinds) }),
    ip: z.strictObject({ address: z.string().nullable(), country: z.string().nullable(), city: z.string().nullable() }),
    at: timeSchema,
    expiresAt: timeSchema,
    /** Which rules of an unusual sign-in fired. */
    rules: z.array(z.enum(unusualRules)),
  })
  .meta({ id: "Approval" });
export type Approval = z.infer<typeof approvalSchema>;

/** The two digits that the new device shows. What cannot be them answers nothing yet. */
export const approvalInput = z.strictObject({
  digits: z
    .string()
    .max(64)
    .transform((text) => text.normalize("NFKC").replaceAll(/\s/g, ""))
    .refine((text) => /^\d{2}$/.test(text), "must be the two digits that the new device shows"),
});
export type ApprovalInput = z.infer<typeof approvalInput>;

/** All that the page of security shows of how an account is opened. */
export type Security = {
  /** Null where none opens it. */
  password: { changedAt: string | null } | null;
  passkeys: Passkey[];
  /** What is linked at other providers. Those that the operator has taken away open nothing. */
  identities: (Identity & { opens: boolean })[];
  /** Providers that can be linked. */
  linkable: { name: string; label: string }[];
  /** The authenticator app. */
  totp: { since: string; lastUsedAt: string | null } | null;
  /** Null where it never had any. */
  recoveryCodes: { left: number; of: number; madeAt: string } | null;
  /** Something is asked beyond the password. */
  secondStep: boolean;
  approveNewDevices: boolean;
  /** On so many devices no second step is asked. */
  trustedDevices: number;
};

/** What would help most, as the page offers it. */
export type NextStep = "confirm_address" | "set_password" | "set_up_app" | "switch_on" | "add_passkey" | "make_codes";

/** How well an account is protected: in a sentence, and by which step it would be better. */
export type Protection = {
  /** Whether somebody who learns the password is kept out, and its owner is not. */
  isGood: boolean;
  sentence: string;
  next: { why: string; step: NextStep } | null;
};

/** Where the links of mails lead: to a new password, and back to before something was done. */
export const linkPages = ["reset", "not-me", "undo"] as const;
export type LinkPage = (typeof linkPages)[number];

const linkToken = z.string().max(256);

export const resetInput = z.strictObject({ token: linkToken, newPassword: anyPassword });
export type ResetInput = z.infer<typeof resetInput>;

/** `everywhere`: unless it is false, all sessions end, and not only the one and those after it. */
export const goBackInput = z.strictObject({ token: linkToken, everywhere: z.boolean().optional() });
export type GoBackInput = z.infer<typeof goBackInput>;

/** `reset`: a token to set a new password with; null when a link comes by mail instead. */
export const goneBackSchema = z.strictObject({ ended: z.int(), reset: z.string().nullable() });
export type GoneBack = z.infer<typeof goneBackSchema>;

/** A link to set a password, for somebody to hand over. Shown once: the token in it stands nowhere. */
export const handedLinkSchema = z.strictObject({ url: z.string(), expiresAt: timeSchema });
export type HandedLink = z.infer<typeof handedLinkSchema>;

export const signedInSchema = z.strictObject({ user: userSchema, session: sessionSchema });
export type SignedIn = z.infer<typeof signedInSchema>;

/** The answer to signing in or up. For a native client with tokens, what makes it the same device next time, and the proof that a sign-in is. */
export const signInAnswer = signedInSchema.extend({ tokens: tokensSchema.optional(), deviceToken: z.string().optional(), proof: z.string().optional() });

/** In its place, when something more is asked. */
export const attemptAnswer = z.strictObject({ attempt: attemptSchema });
export type AttemptAnswer = z.infer<typeof attemptAnswer>;

export type SignInAnswer = z.infer<typeof signInAnswer>;

import { z } from "zod";
import type { ProofWay, WayName } from "@/lib/auth/schema";

const SIX_DIGITS = /^\d{6}$/;
const NOT_SIX_DIGITS = "A code has six digits";

/** As mails, apps and people write it: "123 456", "ABCD-EFGH-…". */
const code = z
  .string()
  .max(64)
  .transform((text) => text.normalize("NFKC").replaceAll(/[\s-]/g, ""));

/** One that can only be of six digits: what cannot be one costs no guess. */
export const codeOfDigits = code.refine((text) => SIX_DIGITS.test(text), NOT_SIX_DIGITS);

/** A passkey's answer, as the browser's script puts it into the form. */
export const passkeyResponse = z.string().max(16_384).transform((text, check): Record<string, unknown> => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    check.addIssue({ code: "custom", message: "is not a passkey's answer" });
    return z.NEVER;
  }
});

/** What a form that proves something brings along, whatever the way. */
export const proofFields = {
  code: code.optional(),
  password: z.string().max(4096).optional(),
  response: passkeyResponse.optional(),
  challenge: z.string().max(4096).optional(),
};

/** What cannot be a code costs no guess, and is told what a code looks like. */
export function refineCode({ method, code = "" }: { method: WayName | ProofWay; code?: string | undefined }, check: z.RefinementCtx): void {
  const isOfDigits = method === "email_code" || method === "totp";
  if (isOfDigits && !SIX_DIGITS.test(code)) check.addIssue({ code: "custom", path: ["code"], message: NOT_SIX_DIGITS });
  if (method === "recovery_code" && !/^[a-z\d]{16}$/i.test(code)) check.addIssue({ code: "custom", path: ["code"], message: "A recovery code has 16 letters and digits" });
}

import type { ProofWay, WayName } from "@/lib/auth/schema";

export type AnyWay = WayName | ProofWay;

/** Links to the other ways. */
export const wayLinks: Record<AnyWay, string> = {
  totp: "Use your authenticator app",
  recovery_code: "Use a recovery code",
  passkey: "Use a passkey",
  approval: "Ask another device",
  email_code: "Get a code by mail",
  password: "Use your password",
};

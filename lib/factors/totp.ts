import { HOTP, Secret, TOTP } from "otpauth";
import { equalInConstantTime } from "@/lib/core/crypto";

/** What every authenticator app can: SHA-1, 30 s, 6 digits. */
const SHAPE = { algorithm: "SHA1", digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;
/** Steps that a phone's clock may be off by, to either side. */
const DRIFT = 1;

/** A new secret of 160 random bits (RFC 4226, 4), base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The same for an app to read off a picture (Key Uri Format): it is listed under the house's name and the account's address. */
export function totpUri({ house, account, secret }: { house: string; account: string; secret: string }): string {
  return new TOTP({ ...SHAPE, issuer: house, label: account, secret }).toString();
}

/** Which step of 30 s a time, in milliseconds, is in. */
export function stepAt(time: number): number {
  return TOTP.counter({ period: SHAPE.period, timestamp: time });
}

/** The code of one step (RFC 6238). */
export function codeOfStep(secret: string, step: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(secret), algorithm: SHAPE.algorithm, digits: SHAPE.digits, counter: step });
}

/**
 * The step whose code this is, of those around `time` and after the last one that was spent; null when it is none. Blanks
 * within it do not count: apps show it in two groups.
 */
export function matchingStep({ secret, lastStep }: { secret: string; lastStep: number }, typed: string, time: number): number | null {
  const code = typed.replaceAll(/\s/g, "");
  const now = stepAt(time);
  let found: number | null = null;
  for (let step = now - DRIFT; step <= now + DRIFT; step++) {
    const isIt = equalInConstantTime(codeOfStep(secret, step), code);
    if (isIt && step > lastStep) found ??= step;
  }
  return found;
}

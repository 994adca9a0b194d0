import { createHmac } from "node:crypto";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, hmac } from "@/lib/core/crypto";
import { derivedKey } from "@/lib/core/sealing";
import type { Settings } from "@/lib/platform/env";

const PURPOSE = "latchkey approval";

/**
 * The two digits, "10" to "99", that the new device shows and the other one is told. Derived from the question and never
 * kept: a copy of the database tells none, and whoever reloads the page reads the same.
 */
export function digitsOf({ settings }: Pick<Context, "settings">, approvalId: string): string {
  const [key] = keysOf(settings);
  if (key === undefined) throw new Error("no key for digits");
  return drawn(key, approvalId);
}

/** Whether these are the ones. While keys are changed an instance may show those of a key that is another's second. */
export function areDigitsOf({ settings }: Pick<Context, "settings">, approvalId: string, typed: string): boolean {
  return keysOf(settings).some((key) => equalInConstantTime(drawn(key, approvalId), typed));
}

/** A house without mail may have no keys for what it keeps, and then seals its cookies all the same. */
function keysOf({ ENCRYPTION_KEYS, SESSION_SECRETS }: Settings): (Uint8Array | string)[] {
  if (ENCRYPTION_KEYS.length > 0) return ENCRYPTION_KEYS.map((key) => derivedKey(key, PURPOSE));
  return SESSION_SECRETS.map(({ secret }) => hmac(secret, PURPOSE));
}

function drawn(key: Uint8Array | string, approvalId: string): string {
  const bytes = createHmac("sha256", key).update(approvalId).digest();
  return String(10n + (bytes.readBigUInt64BE() % 90n));
}

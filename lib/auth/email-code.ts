import { createHmac } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { attempts, type SentCode } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, hmac } from "@/lib/core/crypto";
import { derivedKey, type SealingKey } from "@/lib/core/sealing";
import type { AttemptRow } from "./attempt-row";

const DIGITS = 6;
const PURPOSE = "latchkey email code";
/** How long a code is good. */
export const CODE_MINUTES = 10;

/**
 * The code of six digits that a mail carries: of one mail always the same, however often it is tried. What is kept of it is
 * an HMAC under a key that the database does not have, so that a copy of the database tells none, not even by trying all.
 */
export function codeOf({ settings, clock }: Context, { id, codes, expiresAt }: AttemptRow, mailId: string): { code: string; sent: SentCode } {
  for (const key of settings.ENCRYPTION_KEYS) {
    const code = drawn(key, mailId);
    const sent = codes.find(({ hash, keyId }) => keyId === key.id && hash === digest(key, id, code));
    if (sent) return { code, sent };
  }
  const [key] = settings.ENCRYPTION_KEYS;
  if (!key) throw new Error("no key for codes");
  const code = drawn(key, mailId);
  const until = Math.min(clock.now() + CODE_MINUTES * 60_000, expiresAt.getTime());
  return { code, sent: { hash: digest(key, id, code), keyId: key.id, expiresAt: new Date(until).toISOString() } };
}

/** Which of the codes that were sent this one is, if it is one and still good; blanks within it do not count. */
export function matchingCode({ settings, clock }: Context, { id, codes }: AttemptRow, typed: string): SentCode | null {
  const code = typed.replaceAll(/\s/g, "");
  let found: SentCode | null = null;
  for (const sent of codes) {
    const key = settings.ENCRYPTION_KEYS.find((known) => known.id === sent.keyId);
    if (key && equalInConstantTime(sent.hash, digest(key, id, code)) && Date.parse(sent.expiresAt) > clock.now()) found = sent;
  }
  return found;
}

/** The same as a condition on the attempt: that very code is still one of the two that work. */
export function isStillSent({ hash, expiresAt }: SentCode): SQL {
  return sql`${attempts.codes} @> ${JSON.stringify([{ hash }])}::jsonb and ${expiresAt}::timestamptz > clock_timestamp()`;
}

function drawn(key: SealingKey, mailId: string): string {
  const bytes = createHmac("sha256", derivedKey(key, PURPOSE)).update(`draw:${mailId}`).digest();
  // Of 2 to the 64th: no digit is likelier than another by more than one in ten to the 13th.
  return String(bytes.readBigUInt64BE() % BigInt(10 ** DIGITS)).padStart(DIGITS, "0");
}

function digest(key: SealingKey, attemptId: string, code: string): string {
  return hmac(derivedKey(key, PURPOSE), `${attemptId}:${code}`);
}

import { and, eq, sql } from "drizzle-orm";
import { attempts } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { newId } from "@/lib/core/ids";
import { sealAtRest } from "@/lib/core/sealing";
import { cleanUserAgent } from "@/lib/devices/clean-user-agent";
import type { AppDescription } from "@/lib/devices/describe-app";
import { nameInOurWords } from "@/lib/devices/name-in-our-words";
import { type AttemptCredential, type AttemptRow, isOpen } from "./attempt-row";
import { emailKey } from "./email-key";
import { lockBrowser } from "./lock-browser";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import type { WayName } from "./schema";
import { attemptKeys, sealedPlace } from "./sealed-place";
import { sendCode } from "./send-code";

const MINUTES = 15;

export type NewAttempt = {
  kind: AttemptRow["kind"];
  /** The account, as it was read with what was verified; none for a sign-up and for one that can never succeed. */
  account: { userId: string; ways: number } | null;
  email: string;
  browserId: string;
  client: "browser" | "native";
  app?: AppDescription | undefined;
  /** The account knows the device. */
  deviceKnown?: boolean;
  /** Everything was proven, of an account that is to be deleted. */
  keeps?: boolean;
  /** It is the account's second step that is asked for. */
  secondStep?: boolean;
  remember: boolean;
  next: string | null;
  asked: readonly WayName[];
  /** What was shown before, in its order. */
  proven?: readonly string[];
  rules?: readonly UnusualRule[];
  sessionId?: string;
  /** What the end of the attempt needs and nobody may read meanwhile. */
  secret?: object | undefined;
};

/** What has begun in place of a session. */
export type BegunAttempt = { attempt: AttemptRow; credential: AttemptCredential };

/**
 * Writes an attempt, in the caller's transaction, and queues its first code where that is the first way. It takes the place of the
 * one that this browser had under way.
 */
export async function beginAttempt(tx: Context, input: NewAttempt): Promise<BegunAttempt> {
  const { account, email, app, secret } = input;
  const { userAgent, hints, address } = tx.request;
  const place = address === null ? { country: null, city: null } : tx.geo.locate(address);
  const credential = { a: newId(), k: newSecret() };
  // Two at once would not see each other, and both stay open.
  await lockBrowser(tx, input.browserId);
  await tx.db.update(attempts).set({ revokedAt: sql`clock_timestamp()`, sealed: null, codes: [] }).where(and(eq(attempts.browserId, input.browserId), isOpen));
  const [attempt] = await tx.db
    .insert(attempts)
    .values({
      id: credential.a,
      secretHash: sha256(credential.k),
      kind: input.kind,
      userId: account?.userId ?? null,
      ways: account?.ways ?? null,
      sessionId: input.sessionId ?? null,
      browserId: input.browserId,
      email,
      emailKey: emailKey(email),
      address,
      device: { userAgent: cleanUserAgent(userAgent), name: nameInOurWords(userAgent, hints), country: place.country, city: place.city },
      client: input.client,
      deviceKnown: input.deviceKnown ?? false,
      secondStep: input.secondStep ?? false,
      remember: input.remember,
      keeps: input.keeps ?? false,
      next: input.next,
      sealed: secret || app ? sealAtRest(attemptKeys(tx.settings), sealedPlace("attempts", credential.a), JSON.stringify({ ...secret, app })) : null,
      asked: [...input.asked],
      proven: [...(input.proven ?? [])],
      rules: [...(input.rules ?? [])],
      expiresAt: sql`clock_timestamp() + make_interval(mins => ${MINUTES})`,
    })
    .returning();
  if (!attempt) throw new Error("an attempt that was just made cannot be read");
  return { attempt: input.asked[0] === "email_code" ? await sendCode(tx, attempt) : attempt, credential };
}

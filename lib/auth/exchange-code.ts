import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { authorizationCodes, databaseNow, devices, sessions, statementTime, users } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import type { Through } from "@/lib/sessions/begin-session";
import { endSession } from "@/lib/sessions/end-session";
import { exchangeLimits, patienceOf } from "./attempt-limits";
import { completeSignIn, isBegunAttempt, type SignedInNow } from "./complete-sign-in";
import { deviceOf } from "./find-account";
import { noteRefusal } from "./note-refusal";
import type { CodeExchange } from "./schema";

type CodeRow = typeof authorizationCodes.$inferSelect;

/**
 * Exchanges the code that the system browser brought to an app for a session of its own (RFC 6749, 4.1.3; RFC 8252). Whoever
 * gave it has shown the account's strongest way within the last minutes, so nothing more is asked; but the app has shown nothing, and its
 * session is no step-up. It goes by the word of a provider by which its giver's does. A code is spent once; when one comes
 * again from who has its verifier too, somebody else has had both, and the session that it began ends. `browserId`: what the device
 * token names. Only what is wrong is limited: nobody guesses 256 bits, and a neighbour's garbage must not keep an app out that has a right
 * code. Errors: `invalid_code`, whatever is wrong with it; `rate_limited`, `unavailable`.
 */
export async function exchangeCode(context: Context, input: CodeExchange, browserId: string): Promise<SignedInNow | Failure> {
  const found = await findCode(context, input.code, browserId);
  if (!found) return refuse(context, null);
  const { code, deviceId, through } = found;
  // Guessed by nobody: a stranger who saw the code cannot keep the app that has the verifier from using it.
  if (!equalInConstantTime(code.challenge, sha256(input.codeVerifier)) || code.redirectUri !== input.redirectUri) return refuse(context, code);
  const begun = code.spentAt === null ? await begin(context, code, input, { browserId, deviceKnown: deviceId !== null, through }) : fail("invalid_code");
  if (!isFailure(begun) || (begun.failure !== "invalid_code" && begun.failure !== "invalid_credentials")) return begun;
  const ended = await endBegun(context, code);
  return isFailure(ended) ? ended : refuse(context, code);
}

async function findCode({ db }: Context, code: string, browserId: string): Promise<{ code: CodeRow; deviceId: string | null; through: Through | undefined } | null> {
  const [row] = await db
    .select({ code: authorizationCodes, deviceId: devices.id, provider: sessions.provider, subject: sessions.providerSubject, sid: sessions.providerSid })
    .from(authorizationCodes)
    .innerJoin(users, eq(users.id, authorizationCodes.userId))
    .leftJoin(devices, deviceOf(browserId))
    // Through what a session began never changes; whether it has ended is asked under its lock.
    .leftJoin(sessions, and(eq(sessions.id, authorizationCodes.sessionId), eq(sessions.userId, authorizationCodes.userId)))
    .where(eq(authorizationCodes.hash, sha256(code)));
  if (!row) return null;
  const { code: found, deviceId, provider, subject, sid } = row;
  return { code: found, deviceId, through: provider !== null && subject !== null ? { provider, subject, sid } : undefined };
}

async function begin(context: Context, code: CodeRow, { device }: CodeExchange, { browserId, deviceKnown, through }: { browserId: string; deviceKnown: boolean; through: Through | undefined }): Promise<SignedInNow | Failure> {
  const begun = await completeSignIn(
    context,
    {
      userId: code.userId,
      ways: code.ways,
      through,
      isWeak: true,
      detail: { what: "authorization_code", app: appOf(code.redirectUri) },
      under: (tx) => spendCode(tx, code),
      async begun(tx, { id }) {
        await tx.db.update(authorizationCodes).set({ begunSessionId: id }).where(eq(authorizationCodes.hash, code.hash));
      },
      ...(!deviceKnown && { newDevice: { rules: [] } }),
    },
    { browserId, prior: null },
    // What its owner was shown stands.
    { client: "native", device: { ...device, ...code.device } },
  );
  if (!isFailure(begun) && isBegunAttempt(begun)) throw new Error("a code asks for nothing more");
  return begun;
}

/**
 * Under the account's lock: of two at once one finds it unspent (promise 7). The session that gave it is locked first and read in a
 * later statement, for its end may be under way (ACCOUNTS 2).
 */
async function spendCode({ db }: Context, { hash, userId, sessionId }: CodeRow): Promise<Failure | void> {
  const isGiver = and(eq(sessions.id, sessionId), eq(sessions.userId, userId));
  await db.select({ id: sessions.id }).from(sessions).where(isGiver).for("no key update");
  const giver = db.select({ id: sessions.id }).from(sessions).where(and(isGiver, isNull(sessions.endedAt), gt(sessions.absoluteExpiresAt, statementTime)));
  const spent = await db
    .update(authorizationCodes)
    .set({ spentAt: databaseNow })
    .where(and(eq(authorizationCodes.hash, hash), isNull(authorizationCodes.spentAt), gt(authorizationCodes.expiresAt, statementTime), sql`exists ${giver}`))
    .returning({ hash: authorizationCodes.hash });
  return spent.length === 1 ? undefined : fail("invalid_code");
}

/** Ends the session that a code has begun, if it has. Errors: `unavailable`. */
async function endBegun(context: Context, { hash, userId }: CodeRow): Promise<Failure | void> {
  const [row] = await context.db.select({ id: authorizationCodes.begunSessionId }).from(authorizationCodes).where(eq(authorizationCodes.hash, hash));
  if (!row?.id) return;
  const sessionId = row.id;
  const owner: UserContext = { ...context, actor: { kind: "user", userId, sessionId } };
  const ended = await endSession(owner, sessionId, "token_reused", (tx) => recordEvents(tx, [{ userId, type: "token.reuse_detected", actor: "system", sessionId, detail: { what: "authorization_code" } }]));
  if (isFailure(ended) && ended.failure !== "not_found") return ended;
}

/** What names the app: its host, or its scheme. */
function appOf(redirectUri: string): string {
  const { hostname, protocol } = new URL(redirectUri);
  return hostname || protocol.slice(0, -1);
}

/** Over the limit nothing more is written down. */
async function refuse(context: Context, code: CodeRow | null): Promise<Failure> {
  const limits = exchangeLimits(context.request.address);
  const counted = await reserveAttempt(context, limits, patienceOf(context));
  if (isFailure(counted)) return counted;
  await counted.settle(limits);
  noteRefusal({ ...context, actor: { kind: "anonymous" } }, { userId: code?.userId ?? null, type: "sign_in.failed", detail: { what: "authorization_code" } });
  return fail("invalid_code");
}

import { eq, sql } from "drizzle-orm";
import { type devices, sessions, users } from "@/db/schema";
import { noteAddress } from "@/lib/addresses/note-address";
import type { Context } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTurn } from "@/lib/core/in-turn";
import { isOutage } from "@/lib/core/outage";
import { inTransaction } from "@/lib/core/transaction";
import type { AppDescription } from "@/lib/devices/describe-app";
import { recogniseDevice } from "@/lib/devices/recognise-device";
import { recordEvents } from "@/lib/events/record-events";
import { publish } from "@/lib/notifications/publish";
import { dropCachedUser } from "@/lib/users/cached-user";
import type { User } from "@/lib/users/schema";
import type { SessionCredential } from "./credential";
import { endPrior } from "./end-prior";
import { isLate } from "./is-late";
import { admit } from "./ledger/admit";
import { evictOverLimit } from "./ledger/evict";
import { finishEnds } from "./ledger/finish-ends";
import { viewsOf } from "./ledger/judge";
import type { MarkedSession } from "./ledger/mark-ended";
import type { Session } from "./schema";
import { sessionTerm } from "./session-term";

/** Of a session that begins by the word of another provider: a logout there names it by these (OpenID Connect Back-Channel Logout 1.0). */
export type Through = { provider: string; subject: string; sid: string | null };

/** `H`: what may stand in place of a session (`instead`). */
export type NewSession<H = never> = {
  userId: string;
  /** The account's counter, read in the statement that read what was verified: it must not have risen when the session begins. */
  ways: number;
  client: "browser" | "native";
  /** What the device cookie or token names. */
  browserId: string;
  /** What a native client says of the device that it runs on. */
  app?: AppDescription;
  remember: boolean;
  /** The other provider by whose word it begins, and what it calls the account and its own session. */
  through?: Through | undefined;
  /** The live cookie that came along, if any: its session ends. */
  prior: SessionCredential | null;
  /** Less was shown than the account's strongest way: it is no step-up. */
  isWeak?: boolean;
  /** `under` raises the counter, for it changes a way in: the session goes on being known by its own proof. */
  raises?: boolean;
  /** What the event of its beginning says besides. */
  detail?: Record<string, unknown>;
  /** Runs first in the same transaction (sign-up makes its user there). */
  also?: (tx: Context) => Promise<Failure | void>;
  /** Runs in the same transaction once the account is locked and is as it was (an attempt is marked as done there). */
  under?: (tx: Context) => Promise<Failure | void>;
  /** Runs after that: what it returns stands in place of a session, and nothing else is written (an attempt that asks for more). */
  instead?: (tx: Context, user: typeof users.$inferSelect) => Promise<H | null>;
  /** Runs last in the same transaction (a native session gets its first refresh token there). */
  begun?: (tx: Context, session: typeof sessions.$inferSelect, device: typeof devices.$inferSelect) => Promise<void>;
};

/** What stands in place of a session, where anything can. */
type Held<H> = [H] extends [never] ? never : { held: H };

/** `proof`: a sign-in that was just made is a step-up (ACCOUNTS 8) unless it is weak, and this its secret. */
export type Begun = { user: User; session: Session; credential: SessionCredential; proof: string };

/** How long before the request is answered what comes after the COMMIT is waited for. */
const SETTLED_MS = 200;

/**
 * *Begin* (DESIGN 4): the one way a session comes into being. Succeeds even if Redis does not answer.
 * `invalid_credentials` when a way in was changed or the account disabled since it was verified; `unavailable` when
 * there is no time left to answer with it: then there is no session, nor what would stand in its place, and the prior one has not ended.
 */
export async function beginSession<H = never>(context: Context, input: NewSession<H>): Promise<Begun | Held<H> | Failure> {
  const term = sessionTerm(context.settings, input.client, input.remember);
  const [secret, proof] = [newSecret(), newSecret()];
  const id = newId();
  const transaction = () => inTransaction(context, async (tx) => {
    if (isLate(tx)) return fail("unavailable");
    const refused = await input.also?.(tx);
    if (refused) return refused;
    const [user] = await tx.db.select().from(users).where(eq(users.id, input.userId)).for("no key update");
    if (!user || user.disabledAt || user.ways !== input.ways) return fail("invalid_credentials");
    const spent = await input.under?.(tx);
    if (spent) return spent;
    const held = await input.instead?.(tx, user);
    if (held) return isLate(tx) ? fail("unavailable") : { held };
    const owner: Context = { ...tx, actor: { kind: "user", userId: user.id, sessionId: id } };
    const ended: MarkedSession[] = await endPrior(tx, input.prior, user.id);
    // Sent together, done in this order: the address after the sessions, as a request that moves one to it locks them.
    const [device, evicted, address] = await Promise.all([
      recogniseDevice(tx, user.id, input.browserId, input.app),
      evictOverLimit(owner, user.id),
      noteAddress(tx, user.id),
    ]);
    ended.push(...evicted);
    // The start of this very statement: after the locks, and one time for all columns.
    const now = sql`statement_timestamp()`;
    const inserted = tx.db
      .insert(sessions)
      .values({
        id,
        userId: user.id,
        deviceId: device.id,
        addressId: address.id,
        client: input.client,
        secretHash: sha256(secret),
        proofHash: sha256(proof),
        provenAt: input.isWeak ? null : now,
        proofWays: input.raises ? user.ways + 1 : user.ways,
        provider: input.through?.provider ?? null,
        providerSubject: input.through?.subject ?? null,
        providerSid: input.through?.sid ?? null,
        ttlSeconds: term.ttl,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: sql`${now} + make_interval(secs => ${term.ttl})`,
        absoluteExpiresAt: sql`${now} + make_interval(secs => ${term.absolute})`,
        checkedAt: now,
        checkDueAt: sql`${now} + make_interval(secs => ${term.ttl / 2})`,
      })
      .returning()
      .execute();
    const recorded = recordEvents(owner, [{ userId: user.id, type: "sign_in.succeeded", sessionId: id, deviceId: device.id, detail: input.detail ?? {} }]);
    const [[session]] = await Promise.all([inserted, recorded]);
    if (!session) throw new Error("a session that was just made cannot be read");
    await input.begun?.(owner, session, device);
    const credential: SessionCredential = { u: user.id, s: id, k: secret, a: session.absoluteExpiresAt.getTime(), t: term.ttl };
    if (isLate(tx)) return fail("unavailable");
    const views = viewsOf(context.settings, { session, device, address, user, now: session.createdAt });
    return { begun: { ...views, credential, proof }, ended };
  });
  const done = await inTurn(`begin ${input.userId}`, transaction);
  if (isFailure(done)) return done;
  if ("held" in done) return done as Held<H>;
  // It rejects only when it takes too long.
  const answerBy = context.request.answerBy - SETTLED_MS;
  await withinRequest({ request: { ...context.request, answerBy } }, settle(context, done.begun.credential, done.ended, input.prior)).catch(() => {});
  return done.begun;
}

/**
 * After the COMMIT the session exists: nothing that fails here may undo that, and what takes longer than the request has
 * goes on by itself. Replay finishes what is left.
 */
async function settle(context: Context, credential: SessionCredential, ended: MarkedSession[], prior: SessionCredential | null): Promise<void> {
  const steps = [
    () => finishEnds(context, ended),
    async () => {
      if (!prior || prior.u === credential.u) return;
      const other = await context.db.transaction((db) => endPrior({ ...context, db }, prior, prior.u));
      await finishEnds(context, other);
    },
    () => admit(context, credential),
    () => Promise.all([dropCachedUser(context, credential.u), publish(context, credential.u, { type: "session.started", sessionId: credential.s })]),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "sessions: begun, but not everything after it was done");
    }
  }
}

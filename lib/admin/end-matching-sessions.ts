import { eq, or, type SQL } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { type ProofShown, requireProof } from "@/lib/auth/require-proof";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isOutage } from "@/lib/core/outage";
import { recordEvents } from "@/lib/events/record-events";
import { confirmEnds } from "@/lib/sessions/confirm-ends";
import { countMatching, isMatching, matchingUsers, USERS_AT_MOST } from "./count-matching";
import { endAsAdministrator } from "./end-as-administrator";
import { matches } from "./match-sessions";
import type { Ended } from "./schema";
import { type EndMatchingInput, filterOf } from "./session-filter";

const USERS_AT_ONCE = 100;
/** Batches begin within this time; the request's own budget is 4.5 s. */
const PATIENCE_MS = 3_000;
/** Before the request is answered with nothing more than that it took too long. */
const EARLIER_MS = 100;

/**
 * Ends every open session that matches, but never the caller's own nor those of who holds more, which needs a step-up; with
 * `dryRun` it only says how many of how many users that would be. Resolves once none of them can ever be accepted again.
 * Errors: `invalid_input` (no filter); `forbidden` (a role changed at that very moment: asking again goes by the new ones);
 * `proof_required`; `unauthenticated`; `unavailable` when there were too many for one call, or Redis has not acknowledged all: asking again goes on.
 */
export async function endMatchingSessions(context: AdminContext<"sessions.end">, input: EndMatchingInput, proof: ProofShown): Promise<Ended | Failure> {
  const filter = filterOf(input);
  if (Object.keys(filter).length === 0) return fail("invalid_input", { detail: "Say which sessions: without a filter nothing is ended." });
  // Before anything is counted; each transaction that ends some asks again.
  const unproven = input.dryRun ? undefined : await requireProof(context, proof);
  if (unproven) return unproven;
  const where = matches(filter);
  const counted = await countMatching(context, where);
  if (input.dryRun) return { ...counted, ended: 0 };
  const ended = await endAll(context, { where, proof, about: { filter, ...counted }, note: input.reason });
  if (isFailure(ended)) return ended;
  // What an earlier try has committed matches no more: what administrators ended a moment ago, and whatever ended of the one user that is meant.
  const earlier = or(eq(sessions.endReason, "ended_by_admin"), filter.userId ? eq(sessions.userId, filter.userId) : undefined);
  const unsure = await orBrokenOff(context, ended, confirmEnds(context, earlier));
  if (unsure === null) return unfinished(ended);
  return unsure ?? { ...counted, ended };
}

type Meant = { where: SQL | undefined; proof: ProofShown; about: Record<string, unknown>; note: string | undefined };

async function endAll(context: AdminContext<"sessions.end">, { where, proof, about, note }: Meant): Promise<number | Failure> {
  const started = context.clock.now();
  const bulk = newId();
  const userIds = await matchingUsers(context, where);
  let ended = 0;
  for (let from = 0; from < userIds.length; from += USERS_AT_ONCE) {
    if (context.clock.now() - started > PATIENCE_MS) return unfinished(ended);
    const ending = endAsAdministrator(context, {
      of: userIds.slice(from, from + USERS_AT_ONCE),
      where: isMatching(context, where),
      detail: { bulk, ...(note && { note }) },
      proof,
      // With the first of them, so that nothing of it ends without this event.
      ...(ended === 0 && { also: (tx) => recordEvents(tx, [bulkEvent(tx, { bulk, ...about, ...(note && { note }) })]) }),
    });
    const batch = await orBrokenOff(context, ended, ending);
    if (batch === null) return unfinished(ended);
    if (isFailure(batch)) return batch.failure === "unavailable" ? unacknowledged(ended) : batch;
    ended += batch.filter(({ now }) => now).length;
  }
  return userIds.length < USERS_AT_MOST ? ended : unfinished(ended);
}

/** Null when something is down, or the request's time is up, after some have ended: they stay so, and the answer has to say it. */
async function orBrokenOff<T>(context: Context, ended: number, work: Promise<T>): Promise<T | null> {
  try {
    return await withinRequest(context, work, { earlier: EARLIER_MS });
  } catch (error) {
    if (ended === 0 || !isOutage(error)) throw error;
    context.log.warn({ cause: String(error), ended }, "admin: broke off while sessions were ended");
    return null;
  }
}

function unfinished(ended: number): Failure {
  return fail("unavailable", { retryAfter: 1, detail: `${ended} sessions have been ended so far. Ask again to go on with the rest.` });
}

/** A batch is committed whose tombstones nobody has acknowledged; the batches after it have not begun. */
function unacknowledged(ended: number): Failure {
  const sure = ended > 0 ? `${ended} sessions have been ended. ` : "";
  return fail("unavailable", { retryAfter: 2, detail: `${sure}Up to ${USERS_AT_ONCE} users' more are ended and will be shut out within seconds; the rest are as they were. Ask again to go on.` });
}

export function bulkEvent({ actor }: AdminContext<"sessions.end">, detail: Record<string, unknown>) {
  return { userId: null, type: "sessions.bulk_ended", actor: "admin", sessionId: actor.sessionId, detail } as const;
}

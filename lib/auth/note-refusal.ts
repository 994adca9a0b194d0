import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { clientNetwork } from "@/lib/addresses/client-network";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";

/** Two connections of the pool at most, and a bounded number waiting: a flood of guesses must not starve the rest. */
const WRITERS = 2;
const WAITING = 1_000;
/**
 * What is written of one kind in ten minutes: of one account or network (as many failed sign-ins as it has in an hour),
 * of all of them, and of one account in any case.
 */
const WINDOW_MS = 600_000;
const OF_ONE = 100;
const OF_ALL = 6_000;
const OF_ACCOUNT = 20;
const TALLIES = 10_000;
const LOOK_MS = 20;

/** `context` and `event`: of the first request that was counted. */
type Tally = { context: Context; event: NewEvent; endsAt: number; written: number; leftOut: number };

/**
 * Writes that somebody was refused, after the answer and not before it: the time an answer takes must not tell whether
 * there was an account to write about (ASVS 16.3). What was typed is not kept; it may be a password in the wrong
 * field. Of a flood so many are written, and then, when its ten minutes are over, how many were not: each kind by itself, and those of somebody signed in by their account, so that no flood of one thing hides another.
 * `context` is not that of a transaction.
 */
export function noteRefusal(context: Context, event: NewEvent): void {
  const { tallies, writing } = state();
  closeOver(context.clock.now());
  const { actor, request } = context;
  const anywhere = { ...context, request: { ...request, address: null } };
  const kind = [event.type, event.detail?.what, event.detail?.reason].join(" ");
  const account = actor.kind === "user" ? actor.userId : null;
  const all = tallyOf(kind, anywhere, { ...event, userId: null });
  const own = tallies.size < TALLIES ? tallyOf(`${kind} ${account ?? clientNetwork(request.address)}`, context, account ? event : { ...event, userId: null }) : all;
  const isFew = account !== null && own !== all && own.written < OF_ACCOUNT;
  if (own.written >= OF_ONE && own !== all) own.leftOut += 1;
  else if ((all.written >= OF_ALL && !isFew) || writing.pendingCount >= WAITING) all.leftOut += 1;
  else {
    for (const tally of new Set([own, all])) tally.written += 1;
    const { derivedName } = describeUserAgent(context.request.userAgent, context.request.hints);
    write(context, { ...event, actor: "user", detail: { device: derivedName, ...event.detail } });
  }
}

function state() {
  return singleton("auth.refusals", () => ({ writing: pLimit(WRITERS), tallies: new Map<string, Tally>() }));
}

function tallyOf(key: string, context: Context, event: NewEvent): Tally {
  const { tallies } = state();
  const known = tallies.get(key);
  if (known) return known;
  const tally = { context, event, endsAt: context.clock.now() + WINDOW_MS, written: 0, leftOut: 0 };
  tallies.set(key, tally);
  return tally;
}

/** Before a process ends: how many were left out of all that it has counted. Resolves when everything that was to be written is, or could not be. */
export async function writeLeftOut(): Promise<void> {
  closeOver(Number.POSITIVE_INFINITY);
  const { writing } = state();
  while (writing.activeCount + writing.pendingCount > 0) await sleep(LOOK_MS, undefined, { ref: false });
}

/** Writes how many were left out of what is over by then. The oldest stand first. */
export function closeOver(now: number): void {
  for (const [key, { context, event, endsAt, leftOut }] of state().tallies) {
    if (endsAt > now) return;
    state().tallies.delete(key);
    if (leftOut > 0) write({ ...context, actor: { kind: "anonymous" } }, { userId: event.userId, type: event.type, detail: { ...event.detail, leftOut } });
  }
}

function write(context: Context, event: NewEvent): void {
  void state()
    .writing(() => recordEvents(context, [event]))
    .catch((error: unknown) => context.log.error({ err: error }, "auth: a refusal was not recorded"));
}

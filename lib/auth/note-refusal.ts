import pLimit from "p-limit";
import { clientNetwork } from "@/lib/addresses/client-network";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";

/** Two connections of the pool at most, and a bounded number waiting: a flood of guesses must not starve the rest. */
const WRITERS = 2;
const WAITING = 1_000;
/** What is written of one kind in ten minutes: from one network (as many failed sign-ins as it has in an hour), and from all. */
const WINDOW_MS = 600_000;
const OF_NETWORK = 100;
const OF_ALL = 6_000;
const NETWORKS = 10_000;

/** `context`: of the first request that was counted. */
type Tally = { context: Context; type: NewEvent["type"]; endsAt: number; written: number; leftOut: number };

/**
 * Writes that somebody was refused, after the answer and not before it: the time an answer takes must not tell whether
 * there was an account to write about (ASVS 16.3). What was typed is not kept; it may be a password in the wrong
 * field. Of a flood so many are written, and then, with the first refusal of anyone after it, how many were not.
 * `context` is not that of a transaction.
 */
export function noteRefusal(context: Context, event: NewEvent): void {
  const { tallies, writing } = state();
  closeOver(context.clock.now());
  const anywhere = { ...context, request: { ...context.request, address: null } };
  const all = tallyOf(event.type, anywhere, event.type);
  const network = tallies.size < NETWORKS ? tallyOf(`${event.type} ${clientNetwork(context.request.address)}`, context, event.type) : all;
  if (network.written >= OF_NETWORK && network !== all) network.leftOut += 1;
  else if (all.written >= OF_ALL || writing.pendingCount >= WAITING) all.leftOut += 1;
  else {
    for (const tally of new Set([network, all])) tally.written += 1;
    const { derivedName } = describeUserAgent(context.request.userAgent, context.request.hints);
    write(context, { ...event, actor: "user", detail: { device: derivedName, ...event.detail } });
  }
}

function state() {
  return singleton("auth.refusals", () => ({ writing: pLimit(WRITERS), tallies: new Map<string, Tally>() }));
}

function tallyOf(key: string, context: Context, type: NewEvent["type"]): Tally {
  const { tallies } = state();
  const known = tallies.get(key);
  if (known) return known;
  const tally = { context, type, endsAt: context.clock.now() + WINDOW_MS, written: 0, leftOut: 0 };
  tallies.set(key, tally);
  return tally;
}

/** The oldest stand first. */
function closeOver(now: number): void {
  for (const [key, { context, type, endsAt, leftOut }] of state().tallies) {
    if (endsAt > now) return;
    state().tallies.delete(key);
    if (leftOut > 0) write({ ...context, actor: { kind: "anonymous" } }, { userId: null, type, detail: { leftOut } });
  }
}

function write(context: Context, event: NewEvent): void {
  void state()
    .writing(() => recordEvents(context, [event]))
    .catch((error: unknown) => context.log.error({ err: error }, "auth: a refusal was not recorded"));
}

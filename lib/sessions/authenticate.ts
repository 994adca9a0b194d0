import type { Context } from "@/lib/core/context";
import { isDatabaseDown, isRedisDown } from "@/lib/core/outage";
import { type Credential, isCredentialOf } from "./credential";
import { ANONYMOUS, endedIdentity, type Identity, UNKNOWN } from "./identity";
import { admit } from "./ledger/admit";
import { identityOf, judge } from "./ledger/judge";
import { loadSession } from "./ledger/load-session";
import { vouch, vouchBy } from "./ledger/vouch";
import { noteMove } from "./note-move";
import { sessionView } from "./session-view";
import { moveRecord } from "./store/move-record";
import { isTombstone, type SessionRecord } from "./store/session-entry";
import { useSession } from "./store/use-session";
import { userViews } from "./user-views";

/** Who it is, and the record that said so, if it was one. */
type Decision = { identity: Identity; record: SessionRecord | null };

/**
 * *Who is this?* One Redis round trip, which validates and slides (DESIGN 3). A miss is decided by the
 * ledger (5), an outage of Redis too (6). Never "anonymous" because something did not answer.
 * `use`: false for what is no use of the session (a prefetch, the event stream); nothing slides then. Where it
 * comes from is noted of every request: what a thief does is no use either, if they say so.
 */
export async function authenticate(context: Context, credential: Credential, { use }: { use: boolean }): Promise<Identity> {
  const { identity, record } = await decide(context, credential, use);
  const { address } = context.request;
  if (identity.state !== "authenticated" || address === null || address === identity.session.ip.address) return identity;
  const ip = await noteMove(context, credential, record);
  return ip ? { ...identity, session: { ...identity.session, ip } } : identity;
}

async function decide(context: Context, credential: Credential, use: boolean): Promise<Decision> {
  const without = (identity: Identity): Decision => ({ identity, record: null });
  try {
    const { entry, cachedUser, revoked } = await useSession(context.redis, credential, use);
    // GETEX was in the same trip and has slid the session; a revoked token can do that until its own end, minutes away.
    if (revoked) return without(ANONYMOUS);
    if (entry === null) return without(await decideMiss(context, credential, use));
    if (isTombstone(entry)) return without(endedIdentity(entry.ended));
    if (!isCredentialOf(credential, entry)) return without(ANONYMOUS);
    if (entry.absoluteEndsAt <= context.clock.now()) return without(endedIdentity("expired"));
    const identity = await identify(context, credential, entry, cachedUser);
    return identity ? { identity, record: entry } : without(await fromLedger(context, credential, entry));
  } catch (error) {
    if (isRedisDown(error)) return without(await vouch(context, credential, use));
    if (!isDatabaseDown(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: cannot tell who this is");
    return without(UNKNOWN);
  }
}

/** Null when the views do not show the record's session. */
async function identify(context: Context, credential: Credential, record: SessionRecord, cachedUser: string | null): Promise<Identity | null> {
  const wanted = { userId: credential.u, deviceId: record.deviceId, addressId: record.ipId };
  const views = await userViews(context, wanted, cachedUser);
  const device = views?.devices[record.deviceId];
  const ip = views?.addresses[record.ipId];
  if (!views || !device || !ip) return null;
  const now = context.clock.now();
  const facts = {
    id: credential.s,
    client: record.client,
    createdAt: new Date(record.createdAt),
    absoluteExpiresAt: new Date(record.absoluteEndsAt),
    endedAt: null,
    endReason: null,
  };
  const seen = { current: true, device: { ...device, current: true }, ip, lastSeenAt: new Date(now), expiresAt: new Date(now + record.ttl * 1000) };
  return { state: "authenticated", user: views.user, session: sessionView(facts, seen) };
}

/**
 * Redis knows it to be live, but the views do not show it: the row decides, and shows where it is. A move that was
 * noted there and not in the record (the process died between them) is finished, or every request would come here.
 */
async function fromLedger(context: Context, credential: Credential, record: SessionRecord): Promise<Identity> {
  const row = await loadSession(context, credential);
  const verdict = judge(row);
  if (verdict.is === "over") return verdict.identity;
  if (!row) return ANONYMOUS;
  const { addressId } = row.session;
  if (addressId !== record.ipId) await context.redis.ask((client) => moveRecord(client, credential.s, record, addressId));
  return identityOf(context.settings, row);
}

/** A Redis that has not forgotten anything knows no such session: ended, expired, or to be admitted again. */
async function decideMiss(context: Context, credential: Credential, use: boolean): Promise<Identity> {
  const row = await loadSession(context, credential);
  const verdict = judge(row);
  if (verdict.is === "over") return verdict.identity;
  if (verdict.is === "past" || !row) return endedIdentity("expired");
  if (!use) return identityOf(context.settings, row);
  return (await admit(context, credential)) ?? vouchBy(context, row);
}

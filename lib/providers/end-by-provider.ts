import { and, eq, exists, gt, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { authorizationCodes, sessions, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { spendChallenge } from "@/lib/factors/spend-challenge";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isProviderDown } from "./ask-provider";
import { isOpenId } from "./begin-authorization";
import { findProvider } from "./list-providers";
import { noteTroubleSeldom } from "./note-trouble";
import { type Logout, LOGOUT_MINUTES, verifyLogoutToken } from "./verify-logout-token";

/**
 * Ends the sessions that began by the word of a provider, at which somebody has logged out (OpenID Connect Back-Channel Logout 1.0): of
 * the session there that the token names, else all of that account there; those that began before the token was made, for it may come
 * again, and the apps that were let in from them, whenever that was. Resolves once none of them can ever be accepted again. Errors: `not_found` (no such provider), `invalid_input` (the token
 * is not right, in whatever way), `unavailable` (the provider does not tell its keys, or Redis has not acknowledged all: sending it again goes on).
 */
export async function endByProvider(context: Context, { name, logoutToken }: { name: string; logoutToken: string }): Promise<Failure | void> {
  const provider = findProvider(context, name);
  if (!provider || !isOpenId(provider)) return fail("not_found");
  const logout = await verified(context, provider, logoutToken);
  if (isFailure(logout)) return logout;
  const meant = and(eq(sessions.provider, name), of(logout), beganBefore(context, logout));
  const owners = await usersOf(context, meant);
  if (owners.length === 0) return;
  // Nobody of the house asked for it, and it comes from the address of a machine.
  const system: Context = { ...context, actor: { kind: "system" }, request: { ...context.request, address: null } };
  const ends = { of: owners, reason: "ended_by_provider", event: { actor: "system", detail: { provider: name } } } as const;
  const once = async (tx: Context) => ((await spendChallenge(tx, `logout ${provider.issuer} ${logout.jti}`, LOGOUT_MINUTES + 1)) ? undefined : fail("conflict"));
  const ended = await endSessions(system, { ...ends, where: meant, also: once });
  // It was done before; whether for good is not sure if it comes again.
  const confirmed = isFailure(ended) && ended.failure === "conflict" ? await endSessions(system, { ...ends, where: sql`false` }) : ended;
  if (isFailure(confirmed)) return confirmed;
}

async function verified(context: Context, provider: ProviderSettings, token: string): Promise<Logout | Failure> {
  try {
    return (await verifyLogoutToken(context, provider, token)) ?? fail("invalid_input", { detail: "This logout token is not right." });
  } catch (error) {
    if (!isProviderDown(error)) throw error;
    noteTroubleSeldom(context, provider, "logout", error);
    return fail("unavailable");
  }
}

/** Of a session there; where we were never told which one ours began with, of the account. */
function of({ sub, sid }: Logout): SQL | undefined {
  const ofAccount = sub === undefined ? undefined : eq(sessions.providerSubject, sub);
  return sid === undefined ? ofAccount : or(eq(sessions.providerSid, sid), ofAccount && and(isNull(sessions.providerSid), ofAccount));
}

/**
 * `iat` has whole seconds: a session of the very second in which the token was made may have begun before it, and must not outlive a logout.
 * One that began in that second after it ends too, but once: the same token is not taken twice. An app's session is as old as the one that
 * let it in, by whose word it goes: while a logout is on its way, or is sent again, a code can still be exchanged.
 */
function beganBefore({ db }: Context, { iat }: Logout): SQL | undefined {
  const after = new Date((iat + 1) * 1000);
  const giver = alias(sessions, "giver");
  const letIn = db
    .select({ hash: authorizationCodes.hash })
    .from(authorizationCodes)
    .innerJoin(giver, and(eq(giver.id, authorizationCodes.sessionId), eq(giver.userId, authorizationCodes.userId)))
    .where(and(eq(authorizationCodes.userId, sessions.userId), eq(authorizationCodes.begunSessionId, sessions.id), lt(giver.createdAt, after)));
  return or(lt(sessions.createdAt, after), exists(letIn));
}

/** Also of those that an earlier try has ended and nobody has acknowledged. */
async function usersOf({ db }: Context, meant: SQL | undefined): Promise<string[]> {
  const lately = gt(sessions.endRecordedAt, sql`${statementTime} - make_interval(mins => ${LOGOUT_MINUTES + 1})`);
  const rows = await db.selectDistinct({ userId: sessions.userId }).from(sessions).where(and(meant, or(isNull(sessions.endedAt), lately)));
  return rows.map(({ userId }) => userId);
}

import { and, eq, inArray, isNotNull, type SQL } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Context, UserContext } from "@/lib/core/context";
import { providerLabel } from "@/lib/factors/provider-label";

/** By session, what people call the provider by whose word it began; nothing of those that began here. */
export type BeganThrough = Readonly<Record<string, string>>;

/** Of the caller's sessions. */
export function ownBeganThrough(context: UserContext): Promise<BeganThrough> {
  return read(context, eq(sessions.userId, context.actor.userId));
}

/** Of these sessions, whoever's. */
export function anyBeganThrough(context: AdminContext<"sessions.read">, ids: readonly string[]): Promise<BeganThrough> {
  return read(context, inArray(sessions.id, [...ids]));
}

async function read({ db, settings }: Context, which: SQL): Promise<BeganThrough> {
  // A house without any asks nothing.
  if (settings.OIDC_PROVIDERS.length === 0) return {};
  const rows = await db.select({ id: sessions.id, provider: sessions.provider }).from(sessions).where(and(which, isNotNull(sessions.provider)));
  return Object.fromEntries(rows.map(({ id, provider }) => [id, providerLabel(settings, provider ?? "")]));
}

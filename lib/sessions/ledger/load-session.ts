import { and, eq, notExists, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, redisMemory, revokedTokens, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Credential, isCredentialOf, revocableId } from "../credential";

const columns = { session: sessions, device: devices, address: addresses, user: users, lostAt: redisMemory.lostAt, now: databaseNow };

/** A session with all that its view needs, the last loss of Redis and PostgreSQL's time: one statement. */
export type LoadedSession = NonNullable<Awaited<ReturnType<typeof loadSession>>>;

/** Null when there is no such session of this user, the credential is not its own, or was revoked alone. */
export async function loadSession(context: Context, credential: Credential, lock = false) {
  const jti = revocableId(credential);
  const revoked = context.db.select({ one: sql`1` }).from(revokedTokens);
  const query = context.db
    .select(columns)
    .from(sessions)
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(redisMemory, sql`true`)
    .where(
      and(
        eq(sessions.id, credential.s),
        eq(sessions.userId, credential.u),
        jti === null ? undefined : notExists(revoked.where(eq(revokedTokens.jti, jti))),
      ),
    );
  const [row] = await (lock ? query.for("no key update", { of: sessions }) : query);
  return row && isCredentialOf(credential, row.session) ? row : null;
}

import { and, eq, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, redisMemory, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import type { SessionCredential } from "../credential";

const columns = { session: sessions, device: devices, address: addresses, user: users, lostAt: redisMemory.lostAt, now: databaseNow };

/** A session with all that its view needs, the last loss of Redis and PostgreSQL's time: one statement. */
export type LoadedSession = NonNullable<Awaited<ReturnType<typeof loadSession>>>;

/** Null when there is no such session of this user, or the credential's secret is not its own. */
export async function loadSession(context: Context, credential: SessionCredential, lock = false) {
  const query = context.db
    .select(columns)
    .from(sessions)
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(redisMemory, sql`true`)
    .where(and(eq(sessions.id, credential.s), eq(sessions.userId, credential.u)));
  const [row] = await (lock ? query.for("no key update", { of: sessions }) : query);
  return row && equalInConstantTime(row.session.secretHash, sha256(credential.k)) ? row : null;
}

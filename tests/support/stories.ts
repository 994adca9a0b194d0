import { addresses, devices, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { HASH } from "./sessions";

type Row = {
  email: string;
  name: string;
  kind: "desktop" | "mobile" | "tablet" | "app" | "unknown";
  address: string;
  country: string | null;
  ended: boolean;
};

const HOUR = 3_600_000;

/** A session in the ledger as it might be after weeks, of a user of its own unless the address is known. Redis knows nothing of it. */
export async function writeSession(context: Context, at: number, row: Partial<Row> = {}): Promise<{ id: string; userId: string }> {
  const { email = `${newId()}@example.org`, name = "Test", kind = "desktop", address = "192.0.2.1", country = "DE", ended = false } = row;
  const userId = newId();
  const [user] = await context.db
    .insert(users)
    .values({ id: userId, email, emailKey: email.toLowerCase(), name, passwordHash: HASH })
    .onConflictDoUpdate({ target: users.emailKey, set: { name } })
    .returning();
  if (!user) throw new Error("no user");
  const deviceId = newId();
  await context.db.insert(devices).values({ id: deviceId, userId: user.id, browserId: newId(), derivedName: "Firefox on Linux", kind, userAgent: "" });
  const [place] = await context.db
    .insert(addresses)
    .values({ id: newId(), userId: user.id, address, country })
    .onConflictDoUpdate({ target: [addresses.userId, addresses.address], set: { country } })
    .returning();
  const id = newId();
  const createdAt = new Date(at);
  await context.db.insert(sessions).values({
    id, userId: user.id, deviceId, addressId: place?.id as string, client: "browser", secretHash: id, ttlSeconds: 86_400, createdAt, lastSeenAt: createdAt,
    expiresAt: new Date(Date.now() + 20 * HOUR), absoluteExpiresAt: new Date(Date.now() + 700 * HOUR), checkedAt: createdAt, checkDueAt: new Date(Date.now() + 20 * HOUR),
    ...(ended && { endedAt: new Date(at + HOUR), endReason: "signed_out" as const, endRecordedAt: new Date(at + HOUR), endSettled: true }),
  });
  return { id, userId: user.id };
}

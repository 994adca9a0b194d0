import { v7 } from "uuid";
import { addresses, devices, events, outgoingMails, sessions, users } from "@/db/schema";
import { unusualRules } from "@/lib/core/unusual-rule";
import type { Context } from "@/lib/core/context";
import { endReasons } from "@/lib/sessions/schema";
import { createRandom } from "@/scripts/demo/random";

const HOUR = 3_600_000;
const COUNTRIES = ["DE", "FR", "BR", null];
const BROWSERS = ["Firefox", "Chrome", null];
const KINDS = ["desktop", "mobile", "app"] as const;

type Insert = {
  users: (typeof users.$inferInsert)[];
  devices: (typeof devices.$inferInsert)[];
  addresses: (typeof addresses.$inferInsert)[];
  sessions: (typeof sessions.$inferInsert)[];
  events: (typeof events.$inferInsert)[];
  mails: (typeof outgoingMails.$inferInsert)[];
};

/** Writes a random history of some people between two times straight into the ledger and the audit log; the same for the same seed. */
export async function writeHistory({ db }: Context, { seed, from, to, people = 6, each = 12 }: { seed: number; from: Date; to: Date; people?: number; each?: number }): Promise<string[]> {
  const random = createRandom(seed);
  const id = () => v7({ msecs: from.getTime(), random: Uint8Array.from({ length: 16 }, () => random.whole(0, 255)) });
  const moment = () => new Date(random.whole(from.getTime(), to.getTime() - 1));
  const rows: Insert = { users: [], devices: [], addresses: [], sessions: [], events: [], mails: [] };
  for (let person = 0; person < people; person++) {
    const userId = id();
    rows.users.push({ id: userId, email: `${userId}@example.org`, emailKey: `${userId}@example.org`, name: `=cmd|'${person}`, createdAt: moment(), avatarBytes: random.whole(0, 1) ? 1000 : null });
    rows.events.push({ id: id(), userId, type: "account.created", at: moment(), actor: "user" });
    const addressId = id();
    rows.addresses.push({ id: addressId, userId, address: "192.0.2.1" });
    for (let session = 0; session < each; session++) {
      const deviceId = id();
      const begun = moment();
      const kind = random.pick(KINDS);
      const at = (hours: number) => new Date(begun.getTime() + hours * HOUR);
      rows.devices.push({ id: deviceId, userId, browserId: id(), derivedName: "x", browser: random.pick(BROWSERS), os: random.pick(["Linux", "=1+1", null]), kind, userAgent: "x", firstSeenAt: begun });
      const hours = random.next() * 40;
      const ended = random.next() < 0.7 && at(hours) < to;
      // Some ends are found out late, a few of them days later.
      const noted = ended ? new Date(Math.min(to.getTime() - 1, at(hours).getTime() + random.pick([0, 0, 0, 5, 47, 60]) * HOUR)) : null;
      const sessionId = id();
      rows.sessions.push({
        id: sessionId, userId, deviceId, addressId, client: kind === "app" ? "native" : "browser", secretHash: "x", ttlSeconds: 3600, createdAt: begun, lastSeenAt: at(hours * random.next() * 0.9), expiresAt: at(9_999), absoluteExpiresAt: at(9_999),
        checkedAt: begun, checkDueAt: at(9_999), endedAt: ended ? at(hours) : null, endReason: ended ? random.pick(endReasons) : null, endRecordedAt: noted, endSettled: true,
      });
      const rules = random.next() < 0.3 ? { rules: [random.pick(unusualRules)] } : {};
      rows.events.push({ id: id(), userId, type: "sign_in.succeeded", at: begun, actor: "user", sessionId, deviceId, country: random.pick(COUNTRIES), detail: rules });
    }
    for (let failure = 0; failure < each; failure++) {
      const type = random.pick(["sign_in.failed", "sign_in.failed", "sign_in.refused", "request.refused", "avatar.uploaded", "avatar.regenerated", "avatar.removed"]);
      const detail = { "request.refused": { what: "picture", reason: "too_large" }, "avatar.regenerated": { source: random.pick(["gravatar", "provider", "identicon"]) }, "sign_in.failed": random.pick([{}, { what: "totp" }, { leftOut: 7 }]) }[type] ?? {};
      rows.events.push({ id: id(), userId: random.next() < 0.8 ? userId : null, type, at: moment(), actor: "user", country: random.pick(COUNTRIES), detail });
    }
    for (let mail = 0; mail < 3; mail++) {
      const queued = moment();
      const done = new Date(Math.min(to.getTime() - 1, queued.getTime() + random.pick([1_000, 90_000])));
      rows.mails.push({ id: id(), kind: "new_device", userId, notAfter: new Date(to.getTime() + 999 * HOUR), createdAt: queued, ...(random.next() < 0.8 ? { sentAt: done } : { failedAt: done }) });
    }
  }
  await db.insert(users).values(rows.users);
  await db.insert(devices).values(rows.devices);
  await db.insert(addresses).values(rows.addresses);
  await db.insert(sessions).values(rows.sessions);
  await db.insert(events).values(rows.events);
  await db.insert(outgoingMails).values(rows.mails);
  return rows.users.map(({ id }) => id);
}

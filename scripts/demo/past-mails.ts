import type { outgoingMails } from "@/db/schema";
import { DAY, type Rows } from "./account-story";
import type { Random } from "./random";

/** Mails of months ago, long sent: they open nothing, and go when the app next tidies up; in the figures they stay. */
export function pastMails({ users, devices }: Rows, random: Random, now: Date): (typeof outgoingMails.$inferInsert)[] {
  const reasons = [...devices.map(({ userId, firstSeenAt }) => ({ userId, at: firstSeenAt as Date, kind: "new_device" })), ...users.flatMap((user) => Array.from({ length: 9 }, () => ({ userId: user.id, at: new Date(now.getTime() - random.next() * 180 * DAY), kind: "code" })))];
  return reasons
    .filter(({ at }) => at.getTime() < now.getTime() - 8 * DAY)
    .map(({ userId, at, kind }) => {
      const done = new Date(at.getTime() + (random.next() < 0.03 ? random.whole(70, 400) : random.whole(1, 6)) * 1000);
      const outcome = random.next() < 0.015 ? { failedAt: done, failure: "550" } : { sentAt: done };
      return { id: random.id(at), kind, userId, notAfter: new Date(at.getTime() + 3 * DAY), createdAt: at, ...outcome };
    });
}

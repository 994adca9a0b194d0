import { accountStory, DAY, HOUR, type Rows } from "./account-story";
import type { Random } from "./random";

/** The account that is signed in to for a look: four devices of one's own in three places, and one that is not. */
export function protagonist(rows: Rows, random: Random, now: Date, email: string, passwordHash: string): void {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const on = (daysAgo: number, hour: number, minute = 0) => new Date(now.getTime() - (now.getTime() % DAY) - daysAgo * DAY + hour * HOUR + minute * 60_000);
  const story = accountStory(rows, random, { email, name: "Robin Keller", passwordHash, createdAt: on(160, 17, 42) });
  const home = story.address("berlin", 7);
  const office = story.address("berlin", 58);
  const parents = story.address("hamburg", 21);
  const holiday = story.address("madrid", 190);
  const stranger = story.address("toronto", 66);
  const laptop = story.device("firefoxLinux", on(160, 17, 42));
  const phone = story.device("safariPhone", on(158, 8, 15));
  const tablet = story.device("safariPad", on(120, 19, 30), "Kitchen iPad");
  const desk = story.device("edgeWindows", on(100, 8, 55), "Office");
  const unknown = story.device("chromeWindows", on(2, 3, 12));

  story.event("account.created", on(160, 17, 42), {}, home);
  story.session(laptop, home, { begun: on(160, 17, 42), lastUse: on(101, 20, 5), remembered: true, end: { at: on(101, 22), reason: "signed_out" } });
  story.session(phone, home, { begun: on(158, 8, 15), lastUse: on(96, 21, 10), remembered: true, end: { at: on(95, 9, 20), reason: "ended_by_user" } });
  story.session(phone, holiday, { begun: on(94, 11, 5), lastUse: on(80, 18, 40), remembered: true, end: { at: on(79, 7, 30), reason: "signed_out" } });
  story.session(tablet, parents, { begun: on(120, 19, 30), lastUse: on(75, 16), remembered: true, end: { at: on(45, 16), reason: "expired" } });
  for (let day = 100; day > 0; day--) {
    const begun = on(day, 8, random.whole(20, 80));
    if ([0, 6].includes(begun.getUTCDay()) || random.next() < 0.35) continue;
    const lastUse = new Date(begun.getTime() + random.whole(60, 400) * 60_000);
    story.session(desk, office, { begun, lastUse, remembered: false, end: { at: new Date(lastUse.getTime() + HOUR / 2), reason: "expired" } });
  }
  story.event("sign_in.failed", on(29, 18, 2), { detail: { device: laptop.derivedName } }, home);
  story.event("password.changed", on(29, 18, 9), { deviceId: laptop.id }, home);
  for (const minute of [1, 4, 7]) story.event("sign_in.failed", on(2, 3, minute), { detail: { device: unknown.derivedName } }, stranger);

  story.session(laptop, home, { begun: on(26, 19, 20), lastUse: ago(160), remembered: true });
  story.session(phone, home, { begun: on(29, 18, 15), lastUse: ago(5), remembered: true });
  story.session(tablet, parents, { begun: on(12, 18, 50), lastUse: on(4, 20, 35), remembered: true });
  story.session(unknown, stranger, { begun: on(2, 3, 12), lastUse: on(2, 3, 58), remembered: true });
}

import { accountStory, type Address, DAY, type Device, type End, HOUR, type Rows, type Story } from "./account-story";
import { desktops, handhelds, type people } from "./people";
import type { Random } from "./random";

/** Months of an ordinary person's sign-ins: at work on weekdays, a phone that stays signed in, a journey. */
export function colleague(rows: Rows, random: Random, now: Date, person: (typeof people)[number], passwordHash: string): void {
  const createdAt = new Date(now.getTime() - random.whole(60, 210) * DAY - random.whole(0, 23) * HOUR);
  const email = `${person.name.normalize("NFD").replace(/[^A-Za-z ]/g, "").toLowerCase().replaceAll(" ", ".")}@latchkey.example`;
  const story = accountStory(rows, random, { email, name: person.name, passwordHash, createdAt });
  const office = story.address(person.home, random.whole(10, 120));
  const home = story.address(person.home, random.whole(121, 250));
  const away = person.travels ? story.address(person.travels, random.whole(10, 250)) : null;
  const desk = story.device(random.pick(desktops), createdAt);
  const phone = story.device(random.pick(handhelds), new Date(createdAt.getTime() + DAY), random.next() < 0.3 ? `${person.name.split(" ")[0]}’s phone` : null);

  story.event("account.created", createdAt, {}, office);
  atWork(story, random, now, createdAt, desk, (day) => (away && day % 37 < 3 ? away : office));
  onThePhone(story, random, now, createdAt, phone, home);
  if (random.next() < 0.4) story.event("sign_in.failed", new Date(createdAt.getTime() + random.whole(5, 50) * DAY), { detail: { device: desk.derivedName } }, home);
  if (random.next() < 0.25) story.event("password.changed", new Date(createdAt.getTime() + random.whole(20, 55) * DAY), { deviceId: desk.id }, office);
}

/** A few hours on some weekdays; signed out by hand or left to expire. */
function atWork(story: Story, random: Random, now: Date, since: Date, device: Device, where: (day: number) => Address): void {
  for (let day = 0, date = since; date < now; day++, date = new Date(since.getTime() + day * DAY)) {
    if ([0, 6].includes(date.getUTCDay()) || random.next() < 0.45) continue;
    const begun = new Date(date.getTime() + random.whole(0, 90) * 60_000);
    const lastUse = new Date(begun.getTime() + random.whole(10, 240) * 60_000);
    if (lastUse.getTime() + HOUR > now.getTime()) continue;
    const end: End = random.next() < 0.4 ? { at: new Date(lastUse.getTime() + 20_000), reason: "signed_out" } : { at: new Date(lastUse.getTime() + HOUR / 2), reason: "expired" };
    story.session(device, where(day), { begun, lastUse, remembered: false, end });
  }
}

/** Signed in for weeks; the last time still is, for most. */
function onThePhone(story: Story, random: Random, now: Date, since: Date, device: Device, home: Address): void {
  let begun = new Date(since.getTime() + DAY);
  for (;;) {
    const days = random.whole(8, 60);
    const lastUse = new Date(begun.getTime() + days * DAY);
    if (lastUse > now) break;
    const reason = random.pick(["signed_out", "ended_by_user"] as const);
    story.session(device, home, { begun, lastUse, remembered: true, end: { at: new Date(lastUse.getTime() + random.whole(1, 600) * 1000), reason } });
    begun = new Date(lastUse.getTime() + random.whole(1, 72) * HOUR);
    if (begun > now) return;
  }
  const lastUse = new Date(Math.max(begun.getTime(), now.getTime() - random.whole(1, 3_000) * 60_000));
  story.session(device, home, { begun, lastUse, remembered: true });
}

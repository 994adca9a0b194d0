import { accountStory, type Address, DAY, type Device, type End, HOUR, type Rows, type Story } from "./account-story";
import { desktops, handhelds, type people, places } from "./people";
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
  atWork(story, random, now, createdAt, desk, places[person.home].ahead, (day) => (away && day % 37 < 3 ? away : office));
  onThePhone(story, random, now, createdAt, phone, home);
  if (away) onJourneys(story, random, now, createdAt, away);
  if (random.next() < 0.3) inTheApp(story, random, now, createdAt, home);
  withPictures(story, random, now, createdAt);
  if (random.next() < 0.45) story.passkey(phone.derivedName, new Date(createdAt.getTime() + random.whole(2, 50) * DAY), random.next() < 0.6);
  if (random.next() < 0.25) story.event("password.changed", new Date(createdAt.getTime() + random.whole(20, 55) * DAY), { deviceId: desk.id }, office);
}

/** On most weekdays in the morning, on some once more after lunch, now and then with a slip of the finger; signed out by hand or left to expire. */
function atWork(story: Story, random: Random, now: Date, since: Date, device: Device, ahead: number, where: (day: number) => Address): void {
  const midnight = since.getTime() - (since.getTime() % DAY) - ahead * HOUR;
  for (let day = 0; midnight + day * DAY < now.getTime(); day++) {
    const weekday = new Date(midnight + day * DAY + 12 * HOUR).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    if (random.next() < (isWeekend ? 0.93 : 0.28)) continue;
    for (const hour of random.next() < 0.35 ? [8.2, 13.1] : [isWeekend ? 11 : 8.2]) {
      const begun = new Date(midnight + day * DAY + (hour + random.next() * random.next() * 2.4) * HOUR);
      const lastUse = new Date(begun.getTime() + random.whole(8, hour < 12 ? 200 : 240) * 60_000);
      if (begun < since || lastUse.getTime() + HOUR > now.getTime()) continue;
      if (random.next() < 0.05) story.event("sign_in.failed", new Date(begun.getTime() - random.whole(8, 40) * 1000), { detail: { device: device.derivedName, ...(random.next() < 0.2 && { what: "totp" }) } }, where(day));
      const end: End = random.next() < 0.4 ? { at: new Date(lastUse.getTime() + 20_000), reason: "signed_out" } : { at: new Date(lastUse.getTime() + HOUR / 2), reason: "expired" };
      story.session(device, where(day), { begun, lastUse, remembered: false, end });
    }
  }
}

/** In a hotel, on what was there: looked like somebody else. */
function onJourneys(story: Story, random: Random, now: Date, since: Date, away: Address): void {
  for (let day = 20; ; day += random.whole(45, 80)) {
    const begun = new Date(since.getTime() + day * DAY + random.whole(0, 6) * HOUR);
    const lastUse = new Date(begun.getTime() + random.whole(5, 25) * 60_000);
    if (lastUse.getTime() + DAY > now.getTime()) return;
    const borrowed = story.device(random.pick(desktops), begun);
    story.session(borrowed, away, { begun, lastUse, remembered: false, end: { at: new Date(lastUse.getTime() + 5_000), reason: "signed_out" }, detail: { rules: ["new_country"] } });
  }
}

/** Signed in anew every few weeks. */
function inTheApp(story: Story, random: Random, now: Date, since: Date, home: Address): void {
  const app = story.app(random.pick(["Fieldbook 2.4", "Fieldbook 2.5", "Timesheet 1.9"]), random.pick(["iOS 26", "Android 16"]), new Date(since.getTime() + 3 * DAY));
  for (let begun = new Date(since.getTime() + 3 * DAY), lastUse; ; begun = new Date(lastUse.getTime() + 9 * DAY)) {
    lastUse = new Date(begun.getTime() + random.whole(5, 24) * DAY);
    const at = new Date(lastUse.getTime() + HOUR);
    if (at > now) return;
    story.session(app, home, { begun, lastUse, remembered: true, end: { at, reason: "ended_by_user" } });
  }
}

function withPictures(story: Story, random: Random, now: Date, since: Date): void {
  const at = () => new Date(since.getTime() + random.next() * (now.getTime() - since.getTime()));
  if (random.next() < 0.5) story.event("avatar.regenerated", at(), { detail: { source: "gravatar" } });
  if (random.next() < 0.7) story.event("avatar.uploaded", at(), { detail: { format: "jpeg" } });
  if (random.next() < 0.2) story.event("avatar.removed", at());
  if (random.next() < 0.3) story.event("request.refused", at(), { detail: { what: "picture", reason: random.pick(["too_large", "unprocessable_image"]) } });
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

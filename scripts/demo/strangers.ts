import { DAY, HOUR, type Rows } from "./account-story";
import type { Random } from "./random";

/** Who tries passwords at somebody else's door: now and then from anywhere, and for some nights of last week from one place, until refused. */
export function strangers(rows: Rows, random: Random, now: Date): void {
  const owners = rows.users.slice(2).map(({ id }) => id);
  const tried = owners.slice(0, 4);
  const attempt = (at: Date, country: string, host: number, userId: string | null, type = "sign_in.failed") =>
    rows.events.push({ id: random.id(at), userId, type, at, actor: "user", address: `192.0.2.${host}`, country, city: null, detail: { device: "Firefox on Windows" } });
  for (let day = 180; day > 0; day--) {
    if (random.next() < 0.5) attempt(new Date(now.getTime() - day * DAY + random.whole(0, 20) * HOUR), random.pick(["US", "FR", "IN", "VN", "TR", "NL"]), random.whole(1, 250), random.next() < 0.5 ? random.pick(owners) : null);
  }
  for (const [night, times] of [[6, 24], [5, 61], [4, 17]] as const) {
    for (let time = 0; time < times; time++) attempt(new Date(now.getTime() - night * DAY + time * 47_000), "IS", 77, random.next() < 0.7 ? random.pick(tried) : null, time > 45 ? "sign_in.refused" : "sign_in.failed");
  }
}

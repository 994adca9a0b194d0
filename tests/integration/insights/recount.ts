import { dayNumber } from "@/components/ui/time-words";
import { devices, events, insightCounts, outgoingMails, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";

const DAY = 86_400_000;
const HOUR = DAY / 24;
/** Of what `writeHistory` writes, the names that everybody knows. */
const KNOWN = ["browsers Firefox", "browsers Chrome", "systems Linux"];

/** `figure day key` → how many. */
export type Counts = Record<string, number>;

/** What is kept, but for what is no count of a history. */
export async function keptCounts({ db }: Context, first = "0000"): Promise<Counts> {
  const rows = await db.select().from(insightCounts);
  return Object.fromEntries(rows.filter(({ figure, day, count }) => figure !== "state" && day >= first && count > 0).map(({ figure, day, key, count }): [string, number] => [`${figure} ${day} ${key}`, count]).sort(byName));
}

/** The same, counted from the ledger and the events by a program that shares nothing with the one that keeps it, in JavaScript's own time zones. */
export async function recount({ db, settings }: Context, first = "0000"): Promise<Counts> {
  const zone = settings.TIME_ZONE;
  const counts: Counts = {};
  const dayOf = (at: Date) => new Date(dayNumber(at.getTime(), zone) * DAY).toISOString().slice(0, 10);
  const hourOf = (at: Date) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(at);
  const add = (figure: string, at: Date, key: string | null = "", count = 1) => {
    const name = `${figure} ${dayOf(at)} ${key ?? ""}`;
    counts[name] = (counts[name] ?? 0) + count;
  };
  const people = new Map<string, Set<string>>();
  const there = (at: Date, userId: string) => people.set(dayOf(at), (people.get(dayOf(at)) ?? new Set()).add(userId));

  for (const { type, at, country, detail } of await db.select().from(events)) {
    const weight = Number(detail.leftOut ?? 1);
    if (type === "sign_in.succeeded") {
      add("sign_ins", at);
      add("hours", at, hourOf(at));
      add("countries", at, country);
      for (const rule of (detail.rules ?? []) as string[]) add("rules", at, rule);
    } else if (type === "sign_in.failed") {
      add("failures", at, (detail.what ?? "") as string, weight);
      add("failed_countries", at, country, weight);
    } else if (type === "sign_in.refused") add("refusals", at, "", weight);
    else if (type === "account.created") add("accounts", at);
    else if (type === "avatar.uploaded") add("pictures", at, "uploaded");
    else if (type === "avatar.removed") add("pictures", at, "removed");
    else if (type === "avatar.regenerated" && (detail.source === "gravatar" || detail.source === "provider")) add("pictures", at, detail.source);
    else if (type === "request.refused" && detail.what === "picture") add("refused_pictures", at, detail.reason as string, weight);
  }
  const deviceRows = await db.select().from(devices);
  for (const { firstSeenAt, kind } of deviceRows) add("devices", firstSeenAt, kind);
  const byId = new Map(deviceRows.map((device) => [device.id, device]));
  const ledger = await db.select().from(sessions);
  const counted = ledger.map((session) => ({ ...session, end: session.endRecordedAt && session.endedAt && session.endRecordedAt.getTime() - session.endedAt.getTime() > 2 * DAY ? session.endRecordedAt : session.endedAt }));
  const accounts = new Map<string, Set<string>>();
  const addName = (figure: string, at: Date, key: string | null | undefined, userId: string) => {
    add(figure, at, key);
    const name = `${figure} ${dayOf(at)} ${key ?? ""}`;
    accounts.set(name, (accounts.get(name) ?? new Set()).add(userId));
  };
  for (const { userId, client, createdAt, deviceId, endedAt, endReason, endRecordedAt, lastSeenAt, end } of counted) {
    const device = byId.get(deviceId);
    add("begun", createdAt, client);
    addName(device?.kind === "app" ? "apps" : "browsers", createdAt, device?.browser, userId);
    addName("systems", createdAt, device?.os, userId);
    add("kinds", createdAt, device?.kind);
    there(createdAt, userId);
    if (!endedAt || !end || !endRecordedAt) there(lastSeenAt, userId);
    else {
      add("ends", end, endReason);
      add("lengths", end, String(Math.floor(Math.log(Math.max(1, (endedAt.getTime() - createdAt.getTime()) / 1000)) / Math.log(1.1))));
      // While the day of its last use was open, its end was known.
      if (dayNumber(endRecordedAt.getTime() - 2 * DAY, zone) <= dayNumber(lastSeenAt.getTime(), zone)) there(lastSeenAt, userId);
    }
  }
  // On a closed day a name that clients choose is told if two accounts had it, then or on a day that was closed before.
  const shared = new Set(KNOWN);
  const byDay = [...accounts].sort(([a], [b]) => (a.split(" ")[1] as string).localeCompare(b.split(" ")[1] as string));
  for (const [name, { size }] of byDay) {
    const [figure = "", day = "", key = ""] = name.split(" ");
    if (key === "" || Date.parse(day) / DAY + 3 > dayNumber(Date.now() - HOUR, zone)) continue;
    if (size > 1) shared.add(`${figure} ${key}`);
    if (shared.has(`${figure} ${key}`)) continue;
    counts[`${figure} ${day} …`] = (counts[`${figure} ${day} …`] ?? 0) + (counts[name] ?? 0);
    delete counts[name];
  }
  const last = dayNumber(Date.now(), zone);
  const days = Object.keys(counts).map((name) => name.split(" ")[1] as string).sort();
  for (let number = Date.parse(days[0] as string) / DAY; number <= last; number++) {
    const day = new Date(number * DAY).toISOString().slice(0, 10);
    const live = counted.filter(({ createdAt, end }) => dayOf(createdAt) <= day && (!end || dayOf(end) > day)).length;
    if (live > 0) counts[`live ${day} `] = live;
    for (const [key, span] of [["day", 1], ["week", 7], ["month", 30]] as const) {
      const within = new Set([...people].filter(([one]) => one <= day && Date.parse(one) / DAY > number - span).flatMap(([, some]) => [...some]));
      if (within.size > 0) counts[`people ${day} ${key}`] = within.size;
    }
  }
  for (const { sentAt, failedAt, createdAt } of await db.select().from(outgoingMails)) {
    if (sentAt) add("mails", sentAt, "sent");
    if (sentAt && sentAt.getTime() > createdAt.getTime() + 60_000) add("mails", sentAt, "late");
    if (failedAt) add("mails", failedAt, "refused");
  }
  return Object.fromEntries(Object.entries(counts).filter(([name]) => (name.split(" ")[1] as string) >= first).sort(byName));
}

function byName([a]: [string, number], [b]: [string, number]): number {
  return a < b ? -1 : 1;
}

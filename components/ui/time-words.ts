/** Words for times, made without the engine's own wording, so that server and browser agree to the letter. */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How long after its last use a session still counts as in use. */
export const ACTIVE_FOR = 2 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

export type ZonedTime = { year: number; month: number; day: number; hour: string; minute: string; second: string };

/** The wall clock of a time zone (IANA name) at a time in milliseconds. */
export function zoned(at: number, zone: string): ZonedTime {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(at).map((part) => [part.type, part.value]));
  return {
    year: Number(parts.year),
    month: Number(parts.month),
    day: Number(parts.day),
    hour: parts.hour ?? "00",
    minute: parts.minute ?? "00",
    second: parts.second ?? "00",
  };
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** "just now", "5 minutes ago", "3 days ago". */
export function relativeTime(at: number, now: number): string {
  const age = now - at;
  if (age < 45_000) return "just now";
  if (age < HOUR) return `${plural(Math.max(1, Math.floor(age / MINUTE)), "minute")} ago`;
  if (age < DAY) return `${plural(Math.floor(age / HOUR), "hour")} ago`;
  if (age < 14 * DAY) return `${plural(Math.floor(age / DAY), "day")} ago`;
  if (age < 60 * DAY) return `${plural(Math.floor(age / (7 * DAY)), "week")} ago`;
  if (age < 700 * DAY) return `${plural(Math.floor(age / (30.44 * DAY)), "month")} ago`;
  return `${plural(Math.floor(age / (365.25 * DAY)), "year")} ago`;
}

/** "29 min", "5 h", "30 days": how long something still lasts. */
export function remainingTime(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.max(0, Math.ceil(milliseconds / 1000))} s`;
  if (milliseconds < 2 * HOUR) return `${Math.ceil(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Math.ceil(milliseconds / HOUR)} h`;
  return plural(Math.ceil(milliseconds / DAY), "day");
}

/** "14:02". */
export function clockTime(at: number, zone: string): string {
  const { hour, minute } = zoned(at, zone);
  return `${hour}:${minute}`;
}

/** "21 Nov, 14:02", with the year when it is another one than now's. */
export function shortTime(at: number, now: number, zone: string): string {
  const time = zoned(at, zone);
  const year = zoned(now, zone).year === time.year ? "" : ` ${time.year}`;
  return `${time.day} ${MONTHS[time.month - 1]?.slice(0, 3)}${year}, ${time.hour}:${time.minute}`;
}

/** "21 November 2026 at 14:02:10, Europe/Berlin". */
export function exactTime(at: number, zone: string): string {
  const { day, month, year, hour, minute, second } = zoned(at, zone);
  return `${day} ${MONTHS[month - 1]} ${year} at ${hour}:${minute}:${second}, ${zone}`;
}

/** The calendar day of a time, as a number that grows by one a day. */
export function dayNumber(at: number, zone: string): number {
  const { year, month, day } = zoned(at, zone);
  return Date.UTC(year, month - 1, day) / DAY;
}

/** "30 December", with the year when it is another one than now's. */
export function dateWords(at: number, now: number, zone: string): string {
  const { day, month, year } = zoned(at, zone);
  return `${day} ${MONTHS[month - 1]}${zoned(now, zone).year === year ? "" : ` ${year}`}`;
}

/** "today at 14:02", "tomorrow at 14:02", "on 24 November": when something of the next days will be. */
export function comingTime(at: number, now: number, zone: string): string {
  const days = dayNumber(at, zone) - dayNumber(now, zone);
  if (days < 2) return `${days < 1 ? "today" : "tomorrow"} at ${clockTime(at, zone)}`;
  const { day, month } = zoned(at, zone);
  return `on ${day} ${MONTHS[month - 1]}`;
}

/** "Today", "Yesterday", "Thursday, 19 November". */
export function dayWords(day: number, today: number): string {
  if (day === today) return "Today";
  if (day === today - 1) return "Yesterday";
  const date = new Date(day * DAY);
  const year = new Date(today * DAY).getUTCFullYear() === date.getUTCFullYear() ? "" : ` ${date.getUTCFullYear()}`;
  return `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year}`;
}

/** The same where there is little room: "Today", "Yesterday", "19 Nov". */
export function shortDayWords(day: number, today: number): string {
  if (today - day < 2) return dayWords(day, today);
  const date = new Date(day * DAY);
  const year = new Date(today * DAY).getUTCFullYear() === date.getUTCFullYear() ? "" : ` ${date.getUTCFullYear()}`;
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]?.slice(0, 3)}${year}`;
}

/** When a calendar day begins in a time zone, in milliseconds. */
export function startOfDay(day: number, zone: string): number {
  const wall = day * DAY;
  const offset = (at: number) => {
    const { year, month, day: date, hour, minute, second } = zoned(at, zone);
    return Date.UTC(year, month - 1, date, Number(hour), Number(minute), Number(second)) - at;
  };
  return wall - offset(wall - offset(wall));
}

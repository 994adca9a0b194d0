import { placeName } from "@/lib/core/place-name";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import type { Compared } from "@/lib/insights/schema";

/** Words of the figures. For the server only, as `placeName` is. */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function number(count: number): string {
  return count.toLocaleString("en");
}

/** "1 sign-in", "1,204 sign-ins". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** "12 Nov". */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1]?.slice(0, 3)}`;
}

/** "Thursday, 12 November 2026". */
export function longDay(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7]}, ${date} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** "1 – 30 November 2026". */
export function daysWords(from: string, to: string): string {
  const [a, b] = [from, to].map((day) => day.split("-").map(Number) as [number, number, number]) as [[number, number, number], [number, number, number]];
  const month = ([, which]: [number, number, number]) => MONTHS[which - 1];
  const start = a[0] !== b[0] ? `${a[2]} ${month(a)} ${a[0]}` : a[1] !== b[1] ? `${a[2]} ${month(a)}` : String(a[2]);
  return `${start} – ${b[2]} ${month(b)} ${b[0]}`;
}

/** By how much it is more or less than before: "up 12%"; null where nothing can be said of it. */
export function change({ count, before }: Compared): string | null {
  if (before === 0) return null;
  const share = Math.round((count / before - 1) * 100);
  if (share === 0) return "as before";
  return share > 400 ? `${Math.round(count / before)} times as many` : `${share > 0 ? "up" : "down"} ${Math.abs(share)}%`;
}

/** "4 min", "2 h 30 min", "3 days". */
export function lengthWords(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return minutes % 60 === 0 || minutes >= 600 ? `${Math.round(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}

/** "640 KB", "12.4 MB". */
export function bytesWords(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}

export function countryName(country: string | null): string {
  return placeName({ country, city: null }) ?? "Unknown place";
}

export const ruleNames: Record<UnusualRule, string> = { new_country: "From a new country", far_away: "Too far away", many_failures: "After many failures" };

const failed: Record<string, string> = { totp: "Authenticator app’s code", recovery_code: "Recovery code", passkey: "Passkey as a second step", email_code: "Code by mail", provider: "At another provider", authorization_code: "Code of an app" };

export function failureName(what: string | null): string {
  return what === null ? "Password" : (failed[what] ?? what);
}

const refusals: Record<string, string> = { unprocessable_image: "No picture that can be read", too_large: "Too large", rate_limited: "Too many changes" };

export function refusalName(reason: string | null): string {
  return refusals[reason ?? ""] ?? "Another reason";
}

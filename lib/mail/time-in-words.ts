const date = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "21 November 2026, 14:02 UTC". Nobody knows in which zone a mail is read, so it says which it means. */
export function timeInWords(at: string): string {
  const time = new Date(at);
  return `${date.format(time)}, ${clock.format(time)} UTC`;
}

/** "21 November 2026 (UTC)". */
export function dayInWords(at: string): string {
  return `${date.format(new Date(at))} (UTC)`;
}

/** "1 minute", "30 minutes". */
export function minutesInWords(minutes: number): string {
  return `${minutes} minute${minutes === 1 ? "" : "s"}`;
}

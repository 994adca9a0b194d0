import { DAY } from "@/components/ui/time-words";
import { REMINDED_BEFORE_DAYS, SHORT_LIFE_DAYS } from "@/lib/sessions/schema";

type Life = { createdAt: string; absoluteExpiresAt: string };

/** Whether the absolute end is so near that its owner is to know: one of the last days of a long life. */
export function endsForGoodSoon({ createdAt, absoluteExpiresAt }: Life, now: number): boolean {
  const end = Date.parse(absoluteExpiresAt);
  return end > now && end - now <= REMINDED_BEFORE_DAYS * DAY && end - Date.parse(createdAt) > SHORT_LIFE_DAYS * DAY;
}

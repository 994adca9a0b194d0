import { SESSION_ENDS_HEADER } from "@/lib/core/headers";
import type { Session } from "@/lib/sessions/schema";

/** What a page knows of its session from when it was made. */
export type SessionLife = Pick<Session, "createdAt" | "lastSeenAt" | "expiresAt" | "absoluteExpiresAt">;

const LONGEST_WARNING = 120_000;

/** Whether what ends then is over for good, and no use of the session keeps it. */
export function isFinal({ absoluteExpiresAt }: SessionLife, end: number): boolean {
  return end >= Date.parse(absoluteExpiresAt);
}

/** How long before the end its owner is told, milliseconds: two minutes, or half of what it had when that is shorter. */
export function warningTime(life: SessionLife): number {
  const end = Date.parse(life.expiresAt);
  const begin = Date.parse(isFinal(life, end) ? life.createdAt : life.lastSeenAt);
  return Math.min(LONGEST_WARNING, (end - begin) / 2);
}

/** When the session ends, in milliseconds; "ended" if it has; null when nobody can say now. */
export type KnownEnd = number | "ended" | null;

/** When it ends without further use, as is true now, whatever other tabs did. Asking is no use. */
export async function askEnd(): Promise<KnownEnd> {
  const answer = await fetch("/api/auth/events", { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) return "ended";
  const end = Date.parse(answer?.headers.get(SESSION_ENDS_HEADER) ?? "");
  return Number.isNaN(end) ? null : end;
}

/** Uses the session once, and says until when that keeps it. */
export async function stay(): Promise<KnownEnd> {
  const answer = await fetch("/api/auth/session", { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) return "ended";
  if (!answer?.ok) return null;
  const { session } = (await answer.json()) as { session: Session };
  return Date.parse(session.expiresAt);
}

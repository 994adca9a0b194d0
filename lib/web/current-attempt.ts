import { headers } from "next/headers";
import { type AttemptCredential, type HeldAttempt, MOST_GUESSES, readAttempt, readOver } from "@/lib/auth/attempt-row";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { readAttemptCookie } from "./attempt-cookie";

/** `over`: this browser had one; `guessed`: it stands, and its guesses are used up. */
export type ShownAttempt = { is: "open" | "guessed"; attempt: HeldAttempt } | { is: "over"; was: Pick<HeldAttempt, "kind" | "asked" | "finishedAt"> | null } | { is: "none" };

/** What the browser holds of the attempt that it has under way. */
export async function attemptCredential({ settings }: Context): Promise<AttemptCredential | null> {
  return readAttemptCookie(settings, (await headers()).get("cookie"));
}

/** What `/continue` shows. */
export async function shownAttempt(context: Context): Promise<ShownAttempt> {
  const credential = await attemptCredential(context);
  if (!credential) return { is: "none" };
  const attempt = await withinRequest(context, readAttempt(context, credential));
  if (isFailure(attempt)) return { is: "over", was: await withinRequest(context, readOver(context, credential)) };
  return { is: attempt.guesses < MOST_GUESSES ? "open" : "guessed", attempt };
}

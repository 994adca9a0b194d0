import { eq } from "drizzle-orm";
import { secondStepGuesses } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** Wrong second steps speak against the password that was given before them: with another one, or none, they are counted anew. */
export async function forgetWrongGuesses({ db }: Context, userId: string): Promise<void> {
  await db.update(secondStepGuesses).set({ sinceSuccess: 0 }).where(eq(secondStepGuesses.userId, userId));
}

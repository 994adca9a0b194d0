import { eq, sql } from "drizzle-orm";
import { passkeys, recoveryCodes, secondStepGuesses, totpFactors, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";

export type Given = "totp" | "pending" | "passkey" | "codes" | "switch";

/** Puts factors into an account as they stand there, good for nothing: for tests of what depends on their being there. */
export async function giveFactors({ db }: Pick<Context, "db">, userId: string, ...what: Given[]): Promise<void> {
  for (const one of what) {
    const common = { id: newId(), userId, number: 0 };
    if (one === "totp") await db.insert(totpFactors).values({ ...common, secret: "sealed", ways: 0, confirmedAt: sql`clock_timestamp()` });
    if (one === "pending") await db.insert(totpFactors).values({ ...common, number: null, secret: "sealed", ways: 0 });
    if (one === "passkey") await db.insert(passkeys).values({ ...common, credentialId: newId(), publicKey: "key", counter: 0, synced: false, name: "Key" });
    if (one === "codes") for (const selector of ["AAAA", "BBBB"]) await db.insert(recoveryCodes).values({ ...common, id: newId(), selector, hash: "hash" });
    if (one === "switch") await db.update(users).set({ secondStep: true }).where(eq(users.id, userId));
  }
}

/** How many rows of an account each table of factors has; whether its owner wants a second step; its counter. */
export async function factorRows({ db }: Pick<Context, "db">, userId: string) {
  const count = async (table: typeof totpFactors | typeof passkeys | typeof recoveryCodes | typeof secondStepGuesses) => (await db.select({ userId: table.userId }).from(table).where(eq(table.userId, userId))).length;
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return { totp: await count(totpFactors), passkeys: await count(passkeys), codes: await count(recoveryCodes), guesses: await count(secondStepGuesses), wanted: user?.secondStep, ways: user?.ways };
}

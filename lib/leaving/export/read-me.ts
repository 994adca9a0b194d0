import type { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";

/** What stands in each file, in plain words. */
export async function* readMe({ settings, clock }: Context, { email }: typeof users.$inferSelect, kinds: readonly { name: string; about: string }[]): AsyncGenerator<string> {
  yield [
    `All that ${settings.APP_NAME} (${settings.APP_URL}) keeps about the account ${email}, as of ${iso(clock.now())}.`,
    "",
    ...kinds.map(({ name, about }) => `${name}\n    ${about}.`),
    "picture/\n    your picture in three sizes, where you have one.",
    "",
    "The files are JSON in UTF-8. Times are UTC (ISO 8601). Countries are two letters (ISO 3166-1).",
    "Passwords, keys, codes and tokens are in none of them: most are kept in a form that nobody can read, and whoever finds this file must not get in by it.",
    "What is kept for minutes only (a sign-in under way, a count of wrong passwords) is left out.",
    "",
  ].join("\n");
}

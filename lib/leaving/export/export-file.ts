import type { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { aboutAccount } from "./about-account";
import { addressRows, deviceRows, eventRows, figureRows, mailRows, sessionRows } from "./account-rows";
import { pictures } from "./pictures";
import { jsonArray, jsonOf } from "./json";
import { readMe } from "./read-me";
import { type Entry, zipOf } from "./zip";

type UserRow = typeof users.$inferSelect;

/**
 * All that is kept of an account, as a ZIP file, read as it is taken: whatever there is, a few pages of rows are held at a
 * time. No secret is in it, and nothing of anybody else. What another table keeps of an account belongs in here too (a
 * `kind` of its own), as in what erases it.
 */
export async function* exportFile(context: Context, user: UserRow): AsyncGenerator<Uint8Array> {
  const about = await aboutAccount(context, user);
  const kinds: (Entry & { about: string })[] = [
    { name: "profile.json", about: "your name, address and role, and since when there is this account", content: () => jsonOf(about.profile) },
    { name: "preferences.json", about: "what you chose", content: () => jsonOf(about.preferences) },
    { name: "ways-in.json", about: "what opens your account: since when, and when it was last used; nothing in it opens anything", content: () => jsonOf(about.waysIn) },
    { name: "sessions.json", about: "where you were signed in, from when to when, and why each session ended", content: () => jsonArray(sessionRows(context, user.id)) },
    { name: "devices.json", about: "the browsers and apps that you used, as they describe themselves, and the names that you gave them", content: () => jsonArray(deviceRows(context, user.id)) },
    { name: "addresses.json", about: "the network addresses that your account was used from, and where we take them to be", content: () => jsonArray(addressRows(context, user.id)) },
    { name: "events.json", about: "what happened to your account, as Activity shows it", content: () => jsonArray(eventRows(context, user.id)) },
    { name: "figures.json", about: "the days on which you were here, for a month, and how often a sign-in to your account failed on a day: of these our figures are made", content: () => jsonArray(figureRows(context, user.id)) },
    { name: "mails.json", about: "the mails of the last days that told you of something: what each told and when it was sent", content: () => jsonArray(mailRows(context, user)) },
  ];
  const files: Entry[] = [{ name: "README.txt", content: () => readMe(context, user, kinds) }, ...kinds, ...pictures(context, user)];
  yield* zipOf(files, new Date(context.clock.now()));
}

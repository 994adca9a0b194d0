import { and, eq, sql } from "drizzle-orm";
import { avatarRequests, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { findUser } from "@/lib/users/find-user";
import { changeTimes } from "./change-times";
import type { AvatarFiles } from "./encode-sizes";
import { fetchGravatar } from "./fetch-gravatar";
import { fetchPicture } from "./fetch-picture";
import { filesOfIdenticon, filesOfPicture } from "./make-files";
import type { AvatarRequest } from "./request-gravatar";
import { showVersion } from "./show-version";
import { storeVersion } from "./store-version";

/** After this many tries the pattern stays: Gravatar has said no for about five days. */
const TRIES = 12;
/** 10 s, 40 s, 3 min … a day. */
const delaySeconds = (tries: number) => Math.min(10 * 4 ** (tries - 1), 86_400);

type UserRow = typeof users.$inferSelect;
export type AvatarSource = "gravatar" | "identicon" | "provider";
/** How often the provider is asked at which a new account was made, before Gravatar is. */
const TRIES_AT_PROVIDER = 3;
type Fulfilled = { user: UserRow; source: AvatarSource };

/**
 * Gives the account its Gravatar, a new one first the picture of the provider at which it was made, or while there is none to be had a
 * pattern drawn here, to be tried again later.
 * Shows nothing when the wish no longer stands: an upload or a removal came in between, however late the answer.
 * The account as it is afterwards, and what was made. Errors: `unavailable`, `unauthenticated`.
 */
export async function fulfilRequest(context: Context, request: AvatarRequest): Promise<Fulfilled | Failure> {
  const times = changeTimes();
  const user = await findUser(context, request.userId);
  if (!user) return fail("unauthenticated");
  const picture = await pictureFor(context, user, request, times.decodeBy);
  if (isFailure(picture)) return picture;
  if (picture.source === "identicon" && request.drawn) {
    await settle(context, request, picture.source);
    return { user, source: picture.source };
  }
  const files = picture.files ?? (await filesOfIdenticon(user.id, times.decodeBy));
  if (isFailure(files)) return files;
  const stored = await storeVersion(context, user.id, files);
  const shown = await showVersion(context, {
    userId: user.id,
    stored,
    settleWish: (tx) => settle(tx, request, picture.source),
    event: { type: "avatar.regenerated", detail: { source: picture.source, bytes: picture.bytes, stored: stored.sizes, durationMs: times.soFar() } },
    commitBy: times.commitBy,
  });
  return isFailure(shown) ? shown : { user: shown, source: picture.source };
}

type Picture = { source: "gravatar" | "provider"; files: AvatarFiles; bytes: number } | { source: "identicon"; files: null; bytes: 0 };

async function pictureFor(context: Context, user: UserRow, { picture, provider, tries }: AvatarRequest, deadline: number): Promise<Picture | Failure> {
  const isProviders = picture !== null && provider !== null && tries <= TRIES_AT_PROVIDER;
  const bytes = await (isProviders ? fetchPicture(context, { picture, provider }) : fetchGravatar(context, user.email));
  const made = bytes && (await filesOfPicture(user.id, bytes, deadline));
  if (isFailure(made) && made.failure === "unavailable") return made;
  if (made === null || isFailure(made)) return { source: "identicon", files: null, bytes: 0 };
  return { source: isProviders ? "provider" : "gravatar", files: made.files, bytes: bytes?.length ?? 0 };
}

/** The wish is fulfilled, or put off. False: it no longer stands. */
async function settle(context: Context, { userId, id, tries }: AvatarRequest, source: AvatarSource): Promise<boolean> {
  const own = and(eq(avatarRequests.userId, userId), eq(avatarRequests.id, id));
  const settled =
    source !== "identicon" || tries >= TRIES
      ? await context.db.delete(avatarRequests).where(own).returning({ id: avatarRequests.id })
      : await context.db
          .update(avatarRequests)
          .set({ drawn: true, dueAt: sql`clock_timestamp() + make_interval(secs => ${delaySeconds(tries)})` })
          .where(own)
          .returning({ id: avatarRequests.id });
  return settled.length > 0;
}

import type { Context } from "@/lib/core/context";
import { readAtMost } from "@/lib/core/read-at-most";
import { AVATAR_SIZES } from "./schema";
import { gravatarHash } from "./gravatar-hash";

const DEADLINE_MS = 3_000;
const MAX_BYTES = 1024 * 1024;

/**
 * The account's picture as Gravatar has it (its own pattern when it has none), or null: unreachable, slower than
 * 3 s in all, larger than 1 MB, or any answer but 200. The address is the operator's; all that a user can change in
 * it is a hash. Redirects are not followed: an answer must not choose where this server goes (SSRF, CWE-918).
 */
export async function fetchGravatar({ settings, log }: Context, email: string): Promise<Uint8Array | null> {
  const address = `${settings.GRAVATAR_URL}/${gravatarHash(email)}?s=${AVATAR_SIZES.large}&d=identicon&r=g`;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error("slower than 3 s")), DEADLINE_MS);
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: abort.signal, headers: { accept: "image/*" } });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    return await readAtMost(answer, MAX_BYTES);
  } catch (error) {
    // Ends an answer that is not read to its end.
    abort.abort();
    log.info({ cause: String(error) }, "avatars: no picture from Gravatar");
    return null;
  } finally {
    clearTimeout(timer);
  }
}

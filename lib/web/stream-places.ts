import { singleton } from "@/lib/core/singleton";
import type { Credential } from "@/lib/sessions/credential";

/** A browser has six connections to a host over HTTP/1.1, and its tabs share one stream. */
const PER_SESSION = 8;
const PER_ACCOUNT = 50;

type Place = { session: string; displace(): void };

/**
 * A place among the account's open streams in this process; returns how to give it back. When a session or an account has
 * too many, its oldest is displaced: refusing the newest would let whoever holds the places keep out the owner's own page.
 */
export function takePlace({ u: user, s: session }: Pick<Credential, "u" | "s">, displace: () => void): () => void {
  const accounts = singleton("streams", () => new Map<string, Set<Place>>());
  const places = accounts.get(user) ?? new Set();
  const mine: Place = { session, displace };
  accounts.set(user, places.add(mine));
  const siblings = [...places].filter((place) => place.session === session);
  const [oldest] = siblings.length > PER_SESSION ? siblings : places.size > PER_ACCOUNT ? places : [];
  oldest?.displace();
  return () => {
    places.delete(mine);
    if (places.size === 0) accounts.delete(user);
  };
}

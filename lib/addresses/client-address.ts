import { canonicalAddress } from "./canonical-address";

/**
 * The client's address: the socket's, or behind `hops` trusted proxies the nth entry of X-Forwarded-For
 * from the right, since each proxy appends what it saw and everything further left is the client's own
 * invention. No entry there, or none that is an address: the socket's. Null when even that is gone.
 */
export function clientAddress(socket: string | undefined, forwardedFor: string | undefined, hops: number): string | null {
  const direct = canonicalAddress(socket ?? "");
  if (hops === 0 || forwardedFor === undefined) return direct;
  return canonicalAddress(withoutPort(forwardedFor.split(",").at(-hops)?.trim() ?? "")) ?? direct;
}

/** Some proxies write `192.0.2.1:443` and `[2001:db8::1]:443`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(entry);
  if (bracketed) return bracketed[1] as string;
  return /^[\d.]+:\d+$/.test(entry) ? (entry.split(":")[0] as string) : entry;
}

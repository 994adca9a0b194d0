import { isIPv4, isIPv6 } from "node:net";

/**
 * One spelling for one address: IPv4 as it is, IPv6 compressed in lower case (RFC 5952) and without
 * its zone, an IPv4 address inside IPv6 (`::ffff:192.0.2.1`) as IPv4. Null for what is no address.
 * Two spellings would be two rate limits and two lines in the history.
 */
export function canonicalAddress(text: string): string | null {
  const bare = text.split("%")[0] as string;
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return null;
  const compressed = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (!mapped) return compressed;
  return [mapped[1], mapped[2]]
    .map((half) => Number.parseInt(half as string, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join(".");
}

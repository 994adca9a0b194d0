/**
 * What is counted as one client: an IPv4 address, or the /64 of an IPv6 address, which is the least that
 * one subscriber gets (RFC 6177); who owns one could use another address for each try. Takes a canonical address.
 */
export function networkOf(address: string): string {
  return prefixOf(address, 4);
}

/** An IPv4 address, or the /48 of an IPv6 address: a tunnel or a machine for rent often comes with one, 65,536 networks. */
export function siteOf(address: string): string {
  return prefixOf(address, 3);
}

/** `groups` of 16 bits. */
function prefixOf(address: string, groups: number): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return `${[...left, ...zeros, ...right].slice(0, groups).join(":")}::/${16 * groups}`;
}

import { BlockList, isIPv6 } from "node:net";

/** Networks that are nobody's place: private, of the machine itself, of the link, of carriers (RFC 1918, 4193, 6598, 3927, 4291). */
const networks = new BlockList();
for (const [network, prefix] of [["10.0.0.0", 8], ["172.16.0.0", 12], ["192.168.0.0", 16], ["127.0.0.0", 8], ["169.254.0.0", 16], ["100.64.0.0", 10]] as const) networks.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [["::1", 128], ["fc00::", 7], ["fe80::", 10]] as const) networks.addSubnet(network, prefix, "ipv6");

/** Whether an address is of such a network. Takes a canonical address. */
export function isPrivate(address: string): boolean {
  return networks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

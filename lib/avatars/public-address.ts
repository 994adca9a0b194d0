import { BlockList, isIPv4 } from "node:net";

/** Networks that a server on the internet never has (IANA special-purpose registries, RFC 6890), and those through which such could be reached in disguise (RFC 6052, 3056, 4380). */
const others = new BlockList();
const V4 = ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"];
for (const network of V4) others.addSubnet(network.split("/")[0] as string, Number(network.split("/")[1]), "ipv4");
const V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
for (const network of V6) others.addSubnet(network.split("/")[0] as string, Number(network.split("/")[1]), "ipv6");
/** All that is given out to servers. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/** Whether an address is one of the internet's, and no server of the house could be behind it. Takes an address as DNS gives it. */
export function isPublic(address: string): boolean {
  return isIPv4(address) ? !others.check(address, "ipv4") : global.check(address, "ipv6") && !others.check(address, "ipv6");
}

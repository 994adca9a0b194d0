import { canonicalAddress } from "./canonical-address";
import { networkOf, siteOf } from "./network-of";

/** The network that a request's address is counted by; "none" where there is no address. */
export function clientNetwork(address: string | null): string {
  const canonical = address === null ? null : canonicalAddress(address);
  return canonical === null ? "none" : networkOf(canonical);
}

/** The same for a whole site, of which one customer may have many networks. */
export function clientSite(address: string | null): string {
  const canonical = address === null ? null : canonicalAddress(address);
  return canonical === null ? "none" : siteOf(canonical);
}

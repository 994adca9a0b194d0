import { canonicalAddress } from "./canonical-address";
import { networkOf } from "./network-of";

/** The network that a request's address is counted by; "none" where there is no address. */
export function clientNetwork(address: string | null): string {
  const canonical = address === null ? null : canonicalAddress(address);
  return canonical === null ? "none" : networkOf(canonical);
}

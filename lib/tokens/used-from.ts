import { canonicalAddress } from "@/lib/addresses/canonical-address";
import { networkOf } from "@/lib/addresses/network-of";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";

/**
 * A digest of the network and the device that a request says it comes from; null when it has no address. It tells who
 * asks again from who asks elsewhere, and proves nothing.
 */
export function usedFrom({ request: { address, userAgent } }: Context): string | null {
  const canonical = address === null ? null : canonicalAddress(address);
  return canonical === null ? null : sha256(`${networkOf(canonical)}\n${userAgent}`);
}

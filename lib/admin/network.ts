import { z } from "zod";
import { canonicalAddress } from "@/lib/addresses/canonical-address";

/** An address, or a network as address/bits (CIDR, RFC 4632), in PostgreSQL's spelling. */
export const networkSchema = z.string().max(64).transform((text, check) => {
  const [given = "", bits, ...rest] = text.trim().split("/");
  const address = canonicalAddress(given);
  const most = address?.includes(":") ? 128 : 32;
  if (address !== null && rest.length === 0 && !given.includes("%")) {
    if (bits === undefined) return address;
    if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) return `${address}/${Number(bits)}`;
  }
  check.addIssue({ code: "custom", message: "is no address and no network, as 203.0.113.7 or 203.0.113.0/24" });
  return z.NEVER;
});

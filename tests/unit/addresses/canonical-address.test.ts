import { expect, test } from "vitest";
import { canonicalAddress } from "@/lib/addresses/canonical-address";
import { networkOf } from "@/lib/addresses/network-of";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:C000:0201", "192.0.2.1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["::1", "::1"],
])("%s is one address with %s", (typed, canonical) => {
  expect(canonicalAddress(typed)).toBe(canonical);
});

test.each(["", "x", "192.0.2", "192.0.2.256", "192.0.2.1, 10.0.0.1", "1.2.3.4:80", "[::1]", "01.2.3.4", "::1::", "0x7f.1"])("%j is none", (text) => {
  expect(canonicalAddress(text)).toBeNull();
});

test("an IPv6 subscriber is one client, an IPv4 address too", () => {
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
  const same = ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2:0:1::"].map((address) => networkOf(canonicalAddress(address) as string));
  expect(new Set(same)).toEqual(new Set(["2001:db8:1:2::/64"]));
  expect(networkOf("2001:db8:1:3::1")).not.toBe(same[0]);
  expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0::/64");
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
});

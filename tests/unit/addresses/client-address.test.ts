import { describe, expect, test } from "vitest";
import { clientAddress } from "@/lib/addresses/client-address";

describe("the client's address is what the socket or the trusted proxies say, never the client", () => {
  test.each([
    ["192.0.2.1", "203.0.113.9", 0, "192.0.2.1"],
    ["192.0.2.1", undefined, 0, "192.0.2.1"],
    ["::ffff:192.0.2.1", undefined, 0, "192.0.2.1"],
    ["fe80::1%eth0", undefined, 0, "fe80::1"],
    ["10.0.0.1", "203.0.113.9", 1, "203.0.113.9"],
    ["10.0.0.1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"],
    ["10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"],
    ["10.0.0.1", "203.0.113.9", 2, "10.0.0.1"],
    ["10.0.0.1", undefined, 1, "10.0.0.1"],
    ["10.0.0.1", "", 1, "10.0.0.1"],
    ["10.0.0.1", "unknown", 1, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9, ", 1, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9:4711", 1, "203.0.113.9"],
    ["10.0.0.1", "[2001:DB8::0:1]:443", 1, "2001:db8::1"],
    ["10.0.0.1", "2001:db8:0:0:0:0:0:1", 1, "2001:db8::1"],
    ["10.0.0.1", "::ffff:cb00:7109", 1, "203.0.113.9"],
    ["10.0.0.1", "203.0.113.9' or 1=1", 1, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.999", 1, "10.0.0.1"],
  ])("socket %s, X-Forwarded-For %j, %i hops: %s", (socket, forwarded, hops, expected) => {
    expect(clientAddress(socket, forwarded, hops)).toBe(expected);
  });

  test("a socket that is gone has no address", () => {
    expect(clientAddress(undefined, undefined, 0)).toBeNull();
  });
});

import { describe, expect, test } from "vitest";
import { requestTarget } from "@/lib/core/request-target";

describe("only what can be a page's address reaches Next", () => {
  test.each([
    ["/", "/"],
    ["/devices?next=%2Fa//b", "/devices?next=%2Fa//b"],
    ["/caf%C3%A9", "/caf%C3%A9"],
    ["/%61pi/%41uth/%39?a=%61", "/api/Auth/9?a=%61"],
    ["/a%2fb/%2e%2e%5f%5a%5b%60%40%7b", "/a%2fb/%2e%2e%5fZ%5b%60%40%7b"],
    ["http://elsewhere.example/devices?a=1", "/devices?a=1"],
    ["http://elsewhere.example", "/"],
    ["http://elsewhere.example?a=1", "/?a=1"],
  ])("%s becomes %s", (url, expected) => {
    expect(requestTarget(url)).toBe(expected);
  });

  test.each(["", "*", "devices", "//evil.example", "http://a.example//evil.example", "/\\evil.example", "/a\0b", "/a%00b", "/a%0d%0aSet-Cookie:x", "/%", "/%zz", "/%ff", "/a b", "/ä", "/a#b", "ftp://a.example/"])(
    "%j is refused",
    (url) => {
      expect(requestTarget(url)).toBeNull();
    },
  );
});

import { expect, test } from "vitest";
import { maskAddress } from "@/lib/auth/mask-address";

test.each([
  ["ada@example.org", "a•••@example.org"],
  ["a@example.org", "a•••@example.org"],
  ["žofie.dlouhá@example.org", "ž•••@example.org"],
  ["𝒶da@example.org", "𝒶•••@example.org"],
])("%s is shown as %s", (email, masked) => {
  expect(maskAddress(email)).toBe(masked);
});

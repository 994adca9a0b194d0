import { describe, expect, test } from "vitest";
import { codeOfStep, matchingStep, newTotpSecret, stepAt, totpUri } from "@/lib/factors/totp";

/** "12345678901234567890", the secret of RFC 6238's examples. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// RFC 6238, appendix B: the last six of its eight digits.
const vectors: [seconds: number, code: string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];

test.each(vectors)("at %d s the code is %s", (seconds, code) => {
  expect(codeOfStep(secret, stepAt(seconds * 1000))).toBe(code);
  expect(matchingStep({ secret, lastStep: 0 }, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

describe("a code", () => {
  const now = 1_234_567_890_000;
  const step = stepAt(now);
  const at = (other: number) => codeOfStep(secret, step + other);
  const match = (typed: string, lastStep = 0) => matchingStep({ secret, lastStep }, typed, now);

  test("is good one step before and after its own, and no longer", () => {
    expect([-2, -1, 0, 1, 2].map((other) => match(at(other)))).toEqual([null, step - 1, step, step + 1, null]);
  });

  test("is worth nothing once its step, or a later one, was spent", () => {
    expect(match(at(0), step)).toBeNull();
    expect(match(at(-1), step)).toBeNull();
    expect(match(at(1), step)).toBe(step + 1);
  });

  test("may be typed with blanks, and is nothing else", () => {
    const code = at(0);
    expect(match(` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`)).toBe(step);
    for (const typed of ["", code.slice(1), `${code}0`, `0${code}`, `${Number(code)}`, "١٢٣٤٥٦", "-00001", "a".repeat(64)]) expect(match(typed), typed).toBeNull();
  });
});

test("a secret is 160 random bits, and told to an app with whose it is", () => {
  const [one, other] = [newTotpSecret(), newTotpSecret()];
  expect(one).toMatch(/^[A-Z2-7]{32}$/);
  expect(one).not.toBe(other);
  const uri = new URL(totpUri({ house: "Acme: R&D", account: "ada+x@example.org", secret: one }));
  expect([uri.protocol, uri.host]).toEqual(["otpauth:", "totp"]);
  expect(decodeURIComponent(uri.pathname)).toContain("ada+x@example.org");
  expect(Object.fromEntries(uri.searchParams)).toEqual({ issuer: "Acme: R&D", secret: one, algorithm: "SHA1", digits: "6", period: "30" });
});

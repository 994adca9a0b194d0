import { expect, test } from "vitest";
import { newRecoveryCodes, normalRecoveryCode } from "@/lib/factors/recovery-code";

test("there are ten, of sixteen letters of 5 bits each, all of which come up, and none of which looks like another", () => {
  const many = Array.from({ length: 200 }, newRecoveryCodes);
  for (const codes of many) {
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(new Set(codes.map((code) => normalRecoveryCode(code).selector)).size).toBe(10);
  }
  const letters = many.flat().join("").replaceAll("-", "");
  expect(new Set(letters).size).toBe(32);
  const expected = letters.length / 32;
  for (const letter of new Set(letters)) expect(letters.split(letter).length - 1).toBeGreaterThan(expected / 2);
});

test("it may be typed in small letters, without hyphens, and as it looks", () => {
  expect(normalRecoveryCode("0123-4567-89AB-CDEF")).toEqual({ code: "0123456789ABCDEF", selector: "0123" });
  for (const typed of ["0123456789abcdef", " 0123 4567 89ab cdef ", "O123-4567-89AB-CDEF", "oI23-4567-89ab-cdef", "0l23–4567—89ab‐cdef"]) expect(normalRecoveryCode(typed).code, typed).toBe("0123456789ABCDEF");
  expect(normalRecoveryCode("")).toEqual({ code: "", selector: "" });
});

import { describe, expect, test } from "vitest";
import { deviceNameInput } from "@/lib/devices/schema";
import { nameSchema } from "@/lib/users/schema";

describe("names that people see", () => {
  test("are trimmed, NFC, and counted in code points", () => {
    expect(nameSchema.parse("  Zoe\u0308  ")).toBe("Zoë");
    expect(nameSchema.safeParse("👩".repeat(100)).success).toBe(true);
    expect(nameSchema.safeParse("👩".repeat(101)).success).toBe(false);
    expect(deviceNameInput.safeParse({ name: "x".repeat(64) }).success).toBe(true);
    expect(deviceNameInput.safeParse({ name: "x".repeat(65) }).success).toBe(false);
    expect(deviceNameInput.parse({ name: null })).toEqual({ name: null });
  });

  test("may be in any script, and markup is only text", () => {
    for (const name of ["Иван Петров", "محمد", "עִבְרִית", "山田太郎", "O'Neil", "<script>alert(1)</script>", "👨‍👩‍👧"]) expect(nameSchema.safeParse(name).success, name).toBe(true);
  });

  test.each(["", "   ", "a\0b", "a\u202Eb", "\u2066x", "a\nb", "a\u2028b", "\uD800", "a\u0007"])("refuse %j", (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
  });

  test.each([[1], [null], [{}], [["a"]], [true]])("refuse %j", (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
  });
});

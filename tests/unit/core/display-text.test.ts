import { describe, expect, test } from "vitest";
import { roleNameSchema } from "@/lib/access/schema";
import { deviceInput, deviceNameInput } from "@/lib/devices/schema";
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

  test("say what is wrong: nothing is there, or nothing that can be seen", () => {
    const words = (name: string) => nameSchema.safeParse(name).error?.issues.map(({ message }) => message);
    expect(words(" ")).toEqual(["must not be empty"]);
    expect(words("\u3164")).toEqual(["must have something that can be seen"]);
  });

  test.each([
    "\u200B", "\u200B\u200C\u200D", "\u2060", "\uFEFF", "\u00AD", "\u034F", "\u061C", "\u115F\u1160", "\u3164", "\uFFA0", "\u17B4", "\u180E", "\u2800", "\u2800 \u2800",
    "\uFE0F", "\u{E0100}", "\u{E0020}\u{E007F}", "\u{1D159}", "\u{1D173}", "\u{16FE4}", "\u{13441}", "\u0301", "\u3164\u0301", "\u00A0", "\u3000", "\u200E",
  ])("refuse %j, which shows nothing", (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
    expect(nameSchema.safeParse(`${name}${name}`).success).toBe(false);
    expect(deviceNameInput.safeParse({ name }).success).toBe(false);
    expect(deviceInput.safeParse({ name }).success).toBe(false);
    expect(roleNameSchema.safeParse(name).success).toBe(false);
  });

  test.each(["Ada\u200Bx", "\u200EAda", "👩‍👩‍👧", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "क्षि", "กำ", "می‌خواهم", "ㅤ가", "·", "-", "\uE000", "ｱ", "\u{1F9E0}"])("accept %j, which shows something", (name) => {
    expect(nameSchema.safeParse(name).success).toBe(true);
  });

  test.each([[1], [null], [{}], [["a"]], [true]])("refuse %j", (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
  });
});

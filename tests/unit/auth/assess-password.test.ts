import { describe, expect, test } from "vitest";
import { assessPassword } from "@/lib/auth/assess-password";

const assess = (password: string, personal: string[] = [], minimum = 15) => assessPassword(password, personal, minimum);

describe("assessPassword", () => {
  test("takes a long phrase of unrelated words, with any characters in it", () => {
    for (const password of ["seventeen blue kettles", "пять синих чайников и один", "五つの青いやかんと一つの古い赤い椅子がある", "🫖🎩🦎🪁🥁🧵🪐🫀🧊🪵🛶🧿🪲🎳🪕"]) {
      expect(assess(password), password).toMatchObject({ acceptable: true });
    }
  });

  test("counts code points after NFC, from the minimum to 256", () => {
    expect(assess("xk vq zj wp qhm").acceptable).toBe(true);
    expect(assess("xk vq zj wp qh")).toMatchObject({ acceptable: false, advice: expect.stringContaining("at least 15") });
    expect(assess("e\u0301".repeat(7) + "vq zj w").acceptable, "14 after composition").toBe(false);
    const long = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x1f300 + ((i * 7) % 200))).join("");
    expect(assess(long).acceptable).toBe(true);
    expect(assess(`${long}x`)).toMatchObject({ acceptable: false, advice: expect.stringContaining("at most 256") });
  });

  test("a setting lowers the minimum", () => {
    expect(assess("xk7vq2zj", [], 8).acceptable).toBe(true);
    expect(assess("xk7vq2z", [], 8).acceptable).toBe(false);
  });

  test("refuses what is common or easy to guess, and says why", () => {
    for (const password of ["passwordpassword", "aaaaaaaaaaaaaaaaaaa", "qwertyuiopasdfghjkl", "123456789012345", "abcabcabcabcabcabc", "P@$$w0rdP@$$w0rd"]) {
      const assessed = assess(password);
      expect(assessed, password).toMatchObject({ acceptable: false, advice: expect.stringContaining("easy to guess") });
      expect(assessed.score).toBeLessThan(2);
    }
  });

  test("refuses parts of e-mail address and name from four characters on, in any case", () => {
    const personal = ["Jo.Winterbourne@acme-widgets.co", "Zoë Ng Ravenscroft"];
    for (const password of ["xq WINTERBOURNE vv 9", "kettle widgets 77 lamp", "zq ravenscroft blue hat"]) {
      expect(assess(password, personal), password).toMatchObject({ acceptable: false, advice: expect.stringMatching(/Leave out your (email address|name)/) });
    }
    expect(assess("seventeen jo ng zoë co kettles", personal).acceptable, "shorter parts are free").toBe(true);
  });

  test("refuses a broken character, which would be stored as another", () => {
    expect(assess("seventeen blue \uD800 kettles").acceptable).toBe(false);
  });

  test("hostile input costs no more than an ordinary password", () => {
    assess("warm up the dictionaries");
    const hostile = ["4$$@1!|3(7+".repeat(400), "p@ssw0rd1$".repeat(25), Array.from({ length: 256 }, (_, i) => String.fromCharCode(33 + ((i * 37) % 90))).join(""), "1".repeat(256)];
    for (const password of hostile) {
      // Of this process' own time: the machine may be busy with other things.
      const before = process.cpuUsage();
      assess(password, ["a".repeat(254), "b".repeat(100)]);
      expect(process.cpuUsage(before).user).toBeLessThan(500_000);
    }
  });
});

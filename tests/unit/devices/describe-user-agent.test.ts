import { describe, expect, test } from "vitest";
import type { ClientHints } from "@/lib/core/context";
import { cleanUserAgent } from "@/lib/devices/clean-user-agent";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";

const NO_HINTS: ClientHints = { platform: null, platformVersion: null, model: null, mobile: null };
const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0";

function describeIt(userAgent: string, hints: Partial<ClientHints> = {}) {
  return describeUserAgent(userAgent, { ...NO_HINTS, ...hints });
}

describe("describeUserAgent", () => {
  test.each([
    ["Chrome on Linux", "desktop", `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`],
    ["Firefox on Ubuntu", "desktop", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"],
    ["Safari on macOS", "desktop", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"],
    ["Chrome on Windows", "desktop", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`],
    ["Edge on Windows", "desktop", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/141.0.0.0`],
    ["Chrome on ChromeOS", "desktop", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`],
    ["Safari on iOS 18", "mobile", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"],
    ["Safari on iPadOS 26", "tablet", "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"],
    ["Firefox on Android 15", "mobile", "Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0"],
    ["Chrome on Android", "mobile", `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`],
    ["curl", "unknown", "curl/8.14.1"],
    ["Unknown device", "unknown", ""],
  ])("%s (%s)", (derivedName, kind, userAgent) => {
    expect(describeIt(userAgent)).toMatchObject({ derivedName, kind });
  });

  test("an iPad that claims to be a Macintosh is an iPad", () => {
    const userAgent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141 Version/18.1 Safari/605.1.15";
    expect(describeIt(userAgent)).toMatchObject({ kind: "tablet", os: "iPadOS" });
  });

  test("client hints tell Windows 11 from 10, the version of macOS, the model of a phone", () => {
    const windows = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`;
    expect(describeIt(windows, { platform: "Windows", platformVersion: "15.0.0" }).derivedName).toBe("Chrome on Windows 11");
    expect(describeIt(windows, { platform: "Windows", platformVersion: "10.0.0" }).derivedName).toBe("Chrome on Windows 10");
    const mac = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${CHROME} Safari/537.36`;
    expect(describeIt(mac, { platform: "macOS", platformVersion: "15.3.1" }).derivedName).toBe("Chrome on macOS 15");
    const phone = `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`;
    const hints = { platform: "Android", platformVersion: "15.0.0", model: "Pixel 8", mobile: true };
    expect(describeIt(phone, hints)).toEqual({ browser: "Chrome", os: "Android 15", kind: "mobile", derivedName: "Chrome on Pixel 8" });
  });

  test("whatever is sent: short, without control or direction characters, quick, never a throw", () => {
    const hostile = [
      "A".repeat(65_536), "\0".repeat(1000), "\u202Eevil\u2066 Chrome/1 \uD800", "<script>alert(1)</script>", "__proto__/1.0", "constructor/1", "(".repeat(60_000),
      "Mozilla/5.0 (".repeat(5000), `Mozilla/5.0 (Linux; Android ${"1".repeat(5000)}) Chrome/${"9".repeat(5000)}`, "é".repeat(600), "\u{1F600}".repeat(600), "Dalvik/".repeat(90) + "\n",
    ];
    for (const text of hostile) {
      const started = performance.now();
      const described = describeIt(text, { platform: text, platformVersion: text, model: text, mobile: true });
      expect(performance.now() - started).toBeLessThan(300);
      for (const said of [described.derivedName, described.os, described.browser, cleanUserAgent(text)]) expect(said ?? "").not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect([...described.derivedName].length).toBeGreaterThan(0);
      expect([...described.derivedName].length).toBeLessThanOrEqual(64);
      expect((described.os ?? "").length).toBeLessThan(64);
      expect([...cleanUserAgent(text)].length).toBeLessThanOrEqual(512);
    }
  });
});

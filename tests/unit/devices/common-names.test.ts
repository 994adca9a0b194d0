import { expect, test } from "vitest";
import { COMMON_BROWSERS, COMMON_SYSTEMS } from "@/lib/devices/common-names";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { userAgents } from "@/scripts/demo/people";

const NO_HINTS = { platform: null, platformVersion: null, model: null, mobile: null };

test("what common browsers say of themselves is among the common names, as it is spelled", () => {
  for (const text of Object.values(userAgents)) {
    const { browser, os } = describeUserAgent(text, NO_HINTS);
    expect(COMMON_BROWSERS).toContain(browser);
    expect(COMMON_SYSTEMS).toContain(os?.replace(/ \d+$/, ""));
  }
});

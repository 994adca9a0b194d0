import { cleanUserAgent } from "./clean-user-agent";
import { type DeviceDescription, productOf } from "./describe-user-agent";
import type { DeviceInput } from "./schema";

export type AppDescription = Pick<DeviceInput, "name" | "platform" | "appVersion">;

/**
 * What a native client says it is, as its device is shown: the device's own name ("Zoë’s phone"), else the app and its
 * platform; the app's version where a browser's name stands. A claim, never proof; it decides nothing.
 */
export function describeApp({ name, platform, appVersion }: AppDescription, userAgent: string): DeviceDescription {
  const product = productOf(cleanUserAgent(userAgent)) ?? "App";
  return {
    derivedName: name ?? [...(platform ? `${product} on ${platform}` : product)].slice(0, 64).join(""),
    browser: appVersion ? `${product} ${appVersion}` : product === "App" ? null : product,
    os: platform ?? null,
    kind: "app",
  };
}

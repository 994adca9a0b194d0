import type { ServerResponse } from "node:http";

/** What no page of ours asks a browser for. Passkeys and the clipboard are not among it. */
const UNUSED = [
  "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid",
  "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
];

/** Pictures are shown by pages of other origins too: those of the apps whose users they are (API.md, PublicUser). */
const FOR_EVERYONE = "/api/avatars/";

/** An address that opens something: it is told to nobody, not even to ourselves. */
const LINK = /^\/(?:reset|not-me|undo)\?/;

/** What every answer says, whoever gives it and whatever it is: pages, calls, files, redirects, refusals. The only list of it. */
export function fixedHeaders(appUrl: URL): ReadonlyMap<string, string> {
  return new Map([
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "same-origin"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["permissions-policy", UNUSED.map((feature) => `${feature}=()`).join(", ")],
    // Windows 11 and phone models are told only to those who ask.
    ["accept-ch", "Sec-CH-UA-Platform-Version, Sec-CH-UA-Model, Sec-CH-UA-Full-Version-List"],
    ...(appUrl.protocol === "https:" ? [["strict-transport-security", "max-age=31536000; includeSubDomains"] as const] : []),
  ]);
}

/** Sets them before anything else is decided; what is set later comes on top. */
export function setFixedHeaders(response: ServerResponse, fixed: ReadonlyMap<string, string>, path: string): void {
  response.setHeaders(fixed as Map<string, string>);
  if (path.startsWith(FOR_EVERYONE)) response.setHeader("cross-origin-resource-policy", "cross-origin");
  if (LINK.test(path)) response.setHeader("referrer-policy", "no-referrer");
}

import UAParser from "ua-parser-js";
import type { ClientHints } from "@/lib/core/context";
import { cleanUserAgent } from "./clean-user-agent";
import type { Device } from "./schema";

export type DeviceDescription = Pick<Device, "browser" | "os" | "kind"> & { derivedName: string };

const OS_NAMES = new Map([["Mac OS", "macOS"], ["Chromium OS", "ChromeOS"], ["Chrome OS", "ChromeOS"], ["GNU", "Linux"]]);
const DESKTOPS = /^(Windows|macOS|ChromeOS|Linux|Ubuntu|Debian|Fedora|Arch|Gentoo|Mint|SUSE|CentOS|RedHat|FreeBSD|OpenBSD|NetBSD|DragonFly|Solaris|Haiku)/;
const NAME_LENGTH = 64;

/**
 * What a browser says it is, in words: "Chrome on Linux", "Safari on iPadOS 26", "Chrome on Pixel 8".
 * Client hints (User-Agent Client Hints, W3C) correct what user agents freeze or hide: Windows 11,
 * versions of macOS and Android, phone models. A claim, never proof; it decides nothing.
 * Never throws, whatever is sent.
 */
export function describeUserAgent(userAgent: string, hints: ClientHints): DeviceDescription {
  const text = cleanUserAgent(userAgent);
  const parsed = new UAParser(text).getResult();
  const browser = browserName(parsed.browser.name);
  const ipad = isIpad(text);
  const { system, version } = ipad || isIphone(text) ? appleSystem(text, ipad) : otherSystem(parsed.os, hints, text);
  const os = system && (version ? `${system} ${version}` : system);
  const kind = kindOf(parsed.device.type, system, ipad, hints.mobile);
  const model = system === "Android" && hints.model ? cleanUserAgent(hints.model, 40) : "";
  return { browser, os, kind, derivedName: nameOf(browser, model || os, text) };
}

function browserName(name: string | undefined): string | null {
  if (!name) return null;
  return name === "Mobile Safari" ? "Safari" : name.replace(/^Mobile (?=\w)/, "");
}

/** In its desktop mode an iPad claims to be a Macintosh; only browsers for iOS carry these tokens. */
function isIpad(text: string): boolean {
  return /\biPad\b/.test(text) || (/\bMacintosh\b/.test(text) && /\b(CriOS|FxiOS|EdgiOS|OPT|Mobile)\//.test(text));
}

function isIphone(text: string): boolean {
  return /\b(iPhone|iPod)\b/.test(text);
}

/** From 26 on the system's version in the user agent stays at 18; Safari's own is the system's. */
function appleSystem(text: string, ipad: boolean) {
  const safari = Number(/\bVersion\/(\d{1,3})/.exec(text)?.[1] ?? 0);
  const system = Number(/\bOS (\d{1,3})_/.exec(text)?.[1] ?? 0);
  const version = Math.max(safari >= 26 ? safari : 0, system);
  return { system: ipad ? "iPadOS" : "iOS", version: version === 0 ? "" : String(version) };
}

function otherSystem(os: { name?: string | undefined; version?: string | undefined }, hints: ClientHints, text: string) {
  const system = os.name ? (OS_NAMES.get(os.name) ?? os.name) : hints.platform ? cleanUserAgent(hints.platform, 20) || null : null;
  const hinted = /^\d{1,3}/.exec(hints.platformVersion ?? "")?.[0];
  if (system === "Windows") {
    const windows = hints.platform === "Windows" && hinted ? (Number(hinted) >= 13 ? "11" : Number(hinted) > 0 ? "10" : os.version) : os.version;
    // Without a hint "10" may be 10 or 11: say neither.
    return { system, version: !hinted && windows === "10" ? "" : (windows ?? "") };
  }
  // The user agent's version of macOS stands still at 10.15.
  if (system === "macOS") return { system, version: hints.platform === "macOS" ? (hinted ?? "") : "" };
  // Chrome's reduced user agent says "Android 10; K" whatever the phone.
  const claimed = /Android 10; K\b/.test(text) ? "" : (/^\d{1,3}/.exec(os.version ?? "")?.[0] ?? "");
  if (system === "Android") return { system, version: (hints.platform === "Android" ? hinted : undefined) ?? claimed };
  return { system, version: "" };
}

function kindOf(type: string | undefined, system: string | null, ipad: boolean, mobile: boolean | null): Device["kind"] {
  if (ipad || type === "tablet") return "tablet";
  if (type === "mobile" || system === "iOS") return "mobile";
  if (system === "Android") return mobile === true ? "mobile" : "tablet";
  return type === undefined && system !== null && DESKTOPS.test(system) ? "desktop" : "unknown";
}

/** A client that is no browser goes by the product it names first ("curl/8.14" → "curl"). */
function nameOf(browser: string | null, on: string | null, text: string): string {
  const known = browser ?? productOf(text);
  const name = known && on ? `${known} on ${on}` : (known ?? on ?? "Unknown device");
  return [...name].slice(0, NAME_LENGTH).join("");
}

/** The product that a client which is no browser names first. */
export function productOf(userAgent: string): string | null {
  const product = /^([A-Za-z][\w.-]{0,39})\/\d/.exec(userAgent)?.[1] ?? null;
  return product === "Mozilla" ? null : product;
}

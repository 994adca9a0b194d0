/**
 * Browsers and systems that so many people have that their names tell nobody from another, spelled as `describeUserAgent` does.
 * Whatever else a client calls itself is a word of its user's choice.
 */
export const COMMON_BROWSERS = [
  "Android Browser", "Brave", "Chrome", "Chrome WebView", "Chromium", "DuckDuckGo", "Edge", "Firefox", "Firefox Focus", "GSA", "Huawei Browser", "IE", "MIUI Browser",
  "Opera", "Opera GX", "Opera Mini", "Opera Touch", "Safari", "Samsung Internet", "UCBrowser", "Vivaldi", "WebKit", "Yandex",
] as const;
/** Their versions, as "iOS 26" and "Android 16", are not among them. */
export const COMMON_SYSTEMS = ["Android", "ChromeOS", "Debian", "Fedora", "FreeBSD", "iOS", "iPadOS", "Linux", "macOS", "Ubuntu", "Windows"] as const;

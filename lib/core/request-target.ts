/**
 * The path and query that a request asks for, or null when no page can have that address. Next answers
 * some of these with 500, and takes `\` and `//host` for other things than the rest of the web does.
 */
export function requestTarget(url: string): string | null {
  const target = /^https?:\/\//i.test(url) ? originForm(url) : url;
  if (target === null || !target.startsWith("/") || target.startsWith("//") || !/^[\x21-\x7e]+$/.test(target) || /[\\#]/.test(target)) return null;
  try {
    return /[\0-\x1f\x7f]/.test(decodeURIComponent(target.split("?")[0] as string)) ? null : target;
  } catch {
    return null;
  }
}

/** Proxies may send the whole address (RFC 9112, 3.2.2); whose it says we are does not count. */
function originForm(url: string): string | null {
  const path = url.replace(/^https?:\/\/[^/?]*/i, "");
  return path.startsWith("/") ? path : `/${path}`;
}

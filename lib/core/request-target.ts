/**
 * The path and query that a request asks for, or null when no page can have that address. Next answers
 * some of these with 500, and takes `\` and `//host` for other things than the rest of the web does.
 */
export function requestTarget(url: string): string | null {
  const target = /^https?:\/\//i.test(url) ? originForm(url) : url;
  if (target === null || !target.startsWith("/") || target.startsWith("//") || !/^[\x21-\x7e]+$/.test(target) || /[\\#]/.test(target)) return null;
  try {
    const path = target.split("?")[0] as string;
    return /[\0-\x1f\x7f]/.test(decodeURIComponent(path)) ? null : plainly(path) + target.slice(path.length);
  } catch {
    return null;
  }
}

/** One path, one spelling (RFC 3986, 6.2.2.2): Next reads `/%61pi` as `/api`, and so must whatever looks at it before. */
function plainly(path: string): string {
  return path.replace(/%(?:3\d|[46][1-9a-f]|[57][0-9a])/gi, (escape) => decodeURIComponent(escape));
}

/** Proxies may send the whole address (RFC 9112, 3.2.2); whose it says we are does not count. */
function originForm(url: string): string | null {
  const path = url.replace(/^https?:\/\/[^/?]*/i, "");
  return path.startsWith("/") ? path : `/${path}`;
}

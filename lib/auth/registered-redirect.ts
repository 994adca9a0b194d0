import type { Settings } from "@/lib/platform/env";

/** A program's own port, on the loopback alone: which one it gets the system says when it listens (RFC 8252, 7.3). */
const ON_LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):([1-9]\d{0,4})(\/.*)$/;
const LAST_PORT = 65_535;

/**
 * Whether an app may be answered there: at one of `NATIVE_REDIRECTS`, exactly, on the loopback at any port. Compared as
 * text and never read as an address, so nothing that is another one than it looks (`http://127.0.0.1@evil`, `/../`,
 * a backslash, letters of another alphabet; CWE-601) can be among them.
 */
export function isRegisteredRedirect({ NATIVE_REDIRECTS }: Settings, uri: string): boolean {
  const [, host, port, path] = ON_LOOPBACK.exec(uri) ?? [];
  const isOnLoopback = host !== undefined && path !== undefined && Number(port) <= LAST_PORT;
  return NATIVE_REDIRECTS.includes(isOnLoopback ? host + path : uri);
}

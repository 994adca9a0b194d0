import { z } from "zod";

/**
 * Where apps may be answered (RFC 8252, 7): a program on the same computer, which listens on a port that the system chose for it
 * (never at `localhost`, which can be another's: 8.3); an address that its maker has claimed; a scheme of the app's own, a
 * domain name of its maker's backwards, so that it is none that browsers know, as `javascript:`.
 */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\])\//;
const CLAIMED = /^https:\/\/[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d+)?\//;
const PRIVATE = /^[a-z][a-z\d+-]*(?:\.[a-z\d+-]+)+:\/(?!\/)/;
/** Behind the host no more than a path of plain characters: what is added to it begins with `?`. */
const PLAIN = /^[a-z][a-z\d+.-]*:(?:\/\/[^/@]+)?(?:\/[\w.~-]*)+$/;
const LONGEST = 512;

/** Separated by commas, each spelled as browsers spell it: they are compared as text. */
export const nativeRedirects = z.string().transform((value, check) => {
  const list = value.split(",").map((address) => address.trim());
  if (list.every(isFit)) return list;
  check.addIssue({
    code: "custom",
    message: "must be addresses as http://127.0.0.1/callback (of which any port is meant), https://app.example.org/signed-in or com.example.app:/signed-in, spelled as browsers spell them, without ? and #, separated by commas",
  });
  return z.NEVER;
});

function isFit(address: string): boolean {
  const isKnown = [LOOPBACK, CLAIMED, PRIVATE].some((kind) => kind.test(address));
  return isKnown && address.length <= LONGEST && PLAIN.test(address) && URL.canParse(address) && new URL(address).href === address;
}

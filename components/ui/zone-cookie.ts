/** A small cookie, readable by scripts, so that the next page comes with times of the visitor's own zone. */
export const ZONE_COOKIE = "latchkey-zone";

/** Of an id (UUID version 7) the time when it was made, in hexadecimal digits; what follows is chance, ten bytes. */
const TIME_DIGITS = 12;
const DIGITS = 20;

/** The picked of a page of sessions, as short as they can be: a hundred have to fit into a cookie beside a reason. */
export function packPicks(ids: readonly string[]): string {
  return Buffer.from(ids.map(byChance).join(""), "hex").toString("base64url");
}

/** Which of the sessions that a page shows were picked. */
export function unpackPicks(packed: string, shown: readonly string[]): string[] {
  const picked = new Set(Buffer.from(packed, "base64url").toString("hex").match(new RegExp(`.{${DIGITS}}`, "g")));
  return shown.filter((id) => picked.has(byChance(id)));
}

function byChance(id: string): string {
  return id.replaceAll("-", "").slice(TIME_DIGITS);
}

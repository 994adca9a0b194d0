import { type Result, unbound } from "../result";
import { beginSessions } from "./begin-sessions";
import type { Contender } from "./contender";
import { endOthers } from "./end-others";
import { inTurns, ratio } from "./in-turns";

const ROUNDS = 5;
const ACCOUNTS = 40;
/** So many of each account's sessions in a round. */
const EACH = 4;

/** Ends of one session from another, each of one that lives, 160 a round. */
export async function compareEnds(latchkey: Contender, betterAuth: Contender): Promise<Result[]> {
  const contenders = [latchkey, betterAuth];
  const keepers = await Promise.all(
    contenders.map(async (side) => {
      const emails = await side.makeAccounts("leaver", ACCOUNTS);
      for (let more = 0; more < (ROUNDS + 1) * EACH; more++) await beginSessions(side, emails);
      return beginSessions(side, emails);
    }),
  );
  const sides = contenders.map((side, index) => ({ load: side.load, job: () => endOthers(side, keepers[index] as string[], EACH) }));
  const [ours = [], theirs = []] = await inTurns(sides, ROUNDS);
  for (const [index, side] of contenders.entries()) {
    for (const cookie of keepers[index] as string[]) if ((await side.otherSessions(cookie)).length > 0) throw new Error("A session that was ended is still in the list.");
  }
  return [unbound("End of one session, against better-auth", ratio(ours, theirs), "×", "more")];
}

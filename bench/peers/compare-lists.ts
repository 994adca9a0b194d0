import { type Result, unbound } from "../result";
import { beginSessions } from "./begin-sessions";
import type { Contender } from "./contender";
import { inTurns, ratio, RUN } from "./in-turns";

const ROUNDS = 5;
const ACCOUNTS = 20;
const SESSIONS = 5;

/** The list of an account's five sessions, of 20 accounts in turn. */
export async function compareLists(latchkey: Contender, betterAuth: Contender): Promise<Result[]> {
  const sides = await Promise.all(
    [latchkey, betterAuth].map(async (side) => {
      const emails = await side.makeAccounts("owner", ACCOUNTS);
      for (let more = 1; more < SESSIONS; more++) await beginSessions(side, emails);
      const cookies = await beginSessions(side, emails);
      for (const cookie of cookies) if ((await side.otherSessions(cookie)).length !== SESSIONS - 1) throw new Error("A session that was begun is not in the list.");
      const requests = cookies.map(side.requests.list);
      return { load: side.load, job: () => ({ ...RUN, requests }) };
    }),
  );
  const [ours = [], theirs = []] = await inTurns(sides, ROUNDS);
  return [unbound(`List of ${SESSIONS} sessions, against better-auth`, ratio(ours, theirs), "×", "more")];
}

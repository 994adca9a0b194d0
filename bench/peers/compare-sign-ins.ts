import { median } from "../median";
import { type Result, unbound } from "../result";
import type { Contender } from "./contender";
import { inTurns, ratio, RUN } from "./in-turns";

const ROUNDS = 5;

/** Sign-ins, each into the next of 400 accounts. Each hashes as it does by itself: argon2id with 19 MiB here, scrypt with 32 MiB there. */
export async function compareSignIns(latchkey: Contender, betterAuth: Contender): Promise<Result[]> {
  const sides = await Promise.all(
    [latchkey, betterAuth].map(async (side) => {
      const requests = (await side.makeAccounts("visitor", 400)).map(side.requests.signIn);
      return { load: side.load, job: () => ({ ...RUN, milliseconds: 4_000, requests }) };
    }),
  );
  const [ours = [], theirs = []] = await inTurns(sides, ROUNDS);
  return [
    unbound("Sign-in (argon2id here, scrypt there), against better-auth", ratio(ours, theirs), "×", "more"),
    unbound("… Latchkey", median(ours), "a second", "more"),
    unbound("… better-auth", median(theirs), "a second", "more"),
  ];
}

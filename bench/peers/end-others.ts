import type { Job } from "../load";
import type { Contender } from "./contender";
import { RUN } from "./in-turns";

/** Ends `each` of every account's other sessions, the accounts in turn, so that no two ends of one account are under way at once. */
export async function endOthers(side: Contender, cookies: readonly string[], each: number): Promise<Job> {
  const others = await Promise.all(cookies.map(side.otherSessions));
  const requests = Array.from({ length: each }, (_one, turn) =>
    cookies.map((cookie, account) => {
      const session = others[account]?.[turn];
      if (session === undefined) throw new Error("A session that was begun is not in the list.");
      return side.requests.end(cookie, session);
    }),
  );
  return { connections: RUN.connections, milliseconds: 30_000, once: true, requests: requests.flat() };
}

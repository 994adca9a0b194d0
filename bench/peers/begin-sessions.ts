import pLimit from "p-limit";
import type { Contender } from "./contender";

/** Signs in to each account, one new browser each; their cookies, in the accounts' order. */
export async function beginSessions(side: Contender, emails: readonly string[]): Promise<string[]> {
  const few = pLimit(4);
  return Promise.all(emails.map((email) => few(() => side.signIn(email))));
}

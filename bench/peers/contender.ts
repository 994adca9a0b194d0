import type { Loader } from "../load";

/** The same questions, as each of the two takes them. */
export type Contender = {
  load: Loader;
  /** Accounts of one password; their e-mail addresses. */
  makeAccounts(name: string, count: number): Promise<string[]>;
  /** Signs in from a new browser; all the cookies that it sends from then on. */
  signIn(email: string): Promise<string>;
  isSignedIn(cookie: string): Promise<boolean>;
  /** By what a request ends them: the account's live sessions but the one that asks. */
  otherSessions(cookie: string): Promise<string[]>;
  /** Whole requests, as bench/load.ts writes them. */
  requests: {
    check(cookie: string): string;
    list(cookie: string): string;
    signIn(email: string): string;
    end(cookie: string, session: string): string;
  };
};

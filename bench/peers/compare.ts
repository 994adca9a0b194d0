import { step } from "@/scripts/up/say";
import { startCopy, startServers } from "../bench-servers";
import type { Result } from "../result";
import { asBetterAuth } from "./as-better-auth";
import { asLatchkey } from "./as-latchkey";
import { compareChecks } from "./compare-checks";
import { compareEnds } from "./compare-ends";
import { compareLists } from "./compare-lists";
import { compareSignIns } from "./compare-sign-ins";
import { makePlaces, startBetterAuth } from "./start-better-auth";

/** Latchkey against better-auth, in one run and on the same servers: who is this, sign-in, the list of sessions, the end of one. */
export async function comparePeers(copy: string, built: string): Promise<Result[]> {
  const servers = await step("PostgreSQL and Redis", startServers);
  // Neither ends anybody's session for being one too many.
  const latchkey = asLatchkey(servers, await startCopy(copy, servers, { MAX_CONCURRENT_SESSIONS: "1000" }));
  const places = await makePlaces(servers);
  const betterAuth = asBetterAuth(await startBetterAuth(built, servers, { ...places, COOKIE_CACHE: "off" }), places.DATABASE_URL);
  const withCookieCache = asBetterAuth(await startBetterAuth(built, servers, { ...places, COOKIE_CACHE: "on" }), places.DATABASE_URL);
  return [
    ...(await step("Session checks", () => compareChecks(servers, { latchkey, betterAuth, withCookieCache }))),
    ...(await step("Sign-ins", () => compareSignIns(latchkey, betterAuth))),
    ...(await step("Lists of sessions", () => compareLists(latchkey, betterAuth))),
    ...(await step("Ends of sessions", () => compareEnds(latchkey, betterAuth))),
  ];
}

import { makeAccounts, PASSWORD, signIn } from "../accounts";
import type { RunningApp, Servers } from "../bench-servers";
import { get, post, remove, startLoader } from "../load";
import type { Contender } from "./contender";

export function asLatchkey(servers: Servers, app: RunningApp): Contender {
  const { origin, port } = app;
  return {
    load: startLoader(port),
    makeAccounts: (name, count) => makeAccounts(servers, name, count),
    signIn: (email) => signIn(app, email),
    async isSignedIn(cookie) {
      return (await fetch(`${origin}/api/auth/session`, { headers: { cookie } })).status === 200;
    },
    async otherSessions(cookie) {
      const { items } = (await (await fetch(`${origin}/api/auth/sessions?limit=100`, { headers: { cookie } })).json()) as { items: { id: string; current: boolean }[] };
      return items.filter(({ current }) => !current).map(({ id }) => id);
    },
    requests: {
      check: (cookie) => get("/api/auth/session", cookie),
      list: (cookie) => get("/api/auth/sessions", cookie),
      signIn: (email) => post("/api/auth/signin", origin, { email, password: PASSWORD }),
      end: (cookie, session) => remove(`/api/auth/sessions/${session}`, origin, cookie),
    },
  };
}

import { query } from "@/scripts/servers/query";
import { PASSWORD } from "../accounts";
import type { RunningApp } from "../bench-servers";
import { get, post, startLoader } from "../load";
import type { Contender } from "./contender";

export function asBetterAuth({ origin, port }: RunningApp, databaseUrl: string): Contender {
  async function ask(path: string, body: object): Promise<Response> {
    const answer = await fetch(`${origin}/api/auth${path}`, { method: "POST", headers: { origin, "content-type": "application/json" }, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  async function read<T>(path: string, cookie: string): Promise<T> {
    return (await (await fetch(`${origin}/api/auth${path}`, { headers: { cookie } })).json()) as T;
  }
  return {
    load: startLoader(port),
    /** The first signs up; the others are copies of what that wrote, with its hash. */
    async makeAccounts(name, count) {
      const emails = Array.from({ length: count }, (_one, index) => `${name}-${index}@example.com`);
      await ask("/sign-up/email", { email: emails[0], password: PASSWORD, name: "Bench" });
      await query(databaseUrl, `insert into "user" select (jsonb_populate_record(one, jsonb_build_object('id', '${name}-' || n, 'email', '${name}-' || n || '@example.com'))).* from "user" one, generate_series(1, ${count - 1}) n where email = '${emails[0]}'`);
      await query(databaseUrl, `insert into account select (jsonb_populate_record(one, jsonb_build_object('id', '${name}-' || n, 'userId', '${name}-' || n, 'accountId', '${name}-' || n))).* from account one join "user" owner on owner.id = one."userId", generate_series(1, ${count - 1}) n where owner.email = '${emails[0]}'`);
      return emails;
    },
    async signIn(email) {
      const cookies = (await ask("/sign-in/email", { email, password: PASSWORD })).headers.getSetCookie();
      return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    },
    // An anonymous question is answered with 200 as well, and null.
    isSignedIn: async (cookie) => (await read("/get-session", cookie)) !== null,
    async otherSessions(cookie) {
      const own = decodeURIComponent(/session_token=([^;]*)/.exec(cookie)?.[1] ?? "").split(".")[0];
      return (await read<{ token: string }[]>("/list-sessions", cookie)).map(({ token }) => token).filter((token) => token !== own);
    },
    requests: {
      check: (cookie) => get("/api/auth/get-session", cookie),
      list: (cookie) => get("/api/auth/list-sessions", cookie),
      signIn: (email) => post("/api/auth/sign-in/email", origin, { email, password: PASSWORD }),
      end: (cookie, token) => post("/api/auth/revoke-session", origin, { token }, cookie),
    },
  };
}

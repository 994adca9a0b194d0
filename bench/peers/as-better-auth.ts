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
    /** Copies of one that signs up, hash and all; it is none of them, because signing up begins a session. */
    async makeAccounts(name, count) {
      const pattern = `${name}@example.com`;
      await ask("/sign-up/email", { email: pattern, password: PASSWORD, name: "Bench" });
      const id = `'${name}-' || number`;
      await query(databaseUrl, `insert into "user" select (jsonb_populate_record(one, jsonb_build_object('id', ${id}, 'email', ${id} || '@example.com'))).* from "user" one, generate_series(0, ${count - 1}) number where email = '${pattern}'`);
      await query(databaseUrl, `insert into account select (jsonb_populate_record(one, jsonb_build_object('id', ${id}, 'userId', ${id}, 'accountId', ${id}))).* from account one join "user" owner on owner.id = one."userId", generate_series(0, ${count - 1}) number where owner.email = '${pattern}'`);
      return Array.from({ length: count }, (_one, index) => `${name}-${index}@example.com`);
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

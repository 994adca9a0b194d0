import { beforeAll, expect, test } from "vitest";
import { createClient } from "@/lib/client/create-client";
import { memoryStore } from "@/lib/client/token-store";
import type { OnProofRequired } from "@/lib/client/stepped-up";
import { query } from "@/scripts/servers/query";
import { sharedApp } from "@/tests/support/shared-app";
import { PASSWORD, signedUp } from "../api/http-client";

let origin: string;
let database: string;

beforeAll(async () => {
  const { app, databaseUrl } = await sharedApp();
  [origin, database] = [app.url, databaseUrl];
}, 300_000);

/** An administrator's app, signed in, whose step-up has grown too old; and somebody to whom something is done. */
async function app(onProofRequired?: OnProofRequired) {
  const { email, answer } = await signedUp(origin);
  await query(database, "update users set role = 'ADMIN' where email = $1", [email]);
  const client = createClient({ origin, store: memoryStore(), ...(onProofRequired && { onProofRequired }) });
  const { session } = await client.signIn({ email, password: PASSWORD });
  const age = () => query(database, "update sessions set proven_at = proven_at - interval '10 minutes' where id = $1", [session.id]);
  return { client, age, userId: answer.body.user.id as string };
}

const makeRole = (name: string) => ({ method: "PUT", path: `/api/admin/roles/${name}`, body: { permissions: ["users.read"] } }) as const;

test("a sign-in is a proof; later one is asked for once, however many calls need it, and each of them is made", async () => {
  const asked: (readonly string[])[] = [];
  const { client, age } = await app(async (ways) => {
    asked.push(ways);
    return { method: "password", password: PASSWORD };
  });
  await client.call(makeRole("AT_ONCE"));
  expect(asked).toEqual([]);
  await age();
  const made = await Promise.all(Array.from({ length: 5 }, (_, index) => client.call<{ name: string }>(makeRole(`LATER_${index}`))));
  expect(made.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, (_, index) => `LATER_${index}`));
  await client.call(makeRole("AGAIN"));
  expect(asked).toEqual([["password"]]);
  await age();
  await client.call(makeRole("AND_AGAIN"));
  expect(asked).toHaveLength(2);
});

test("a wrong proof, or none, rejects the call, and nothing is done", async () => {
  const wrong = await app(async () => ({ method: "password", password: "not this one" }));
  await wrong.age();
  await expect(wrong.client.call(makeRole("BY_A_WRONG_ONE"))).rejects.toMatchObject({ status: 401, code: "invalid_credentials" });
  const other = await app(async () => ({ method: "totp", code: "123456" }));
  await other.age();
  await expect(other.client.call(makeRole("BY_NO_WAY_OF_THEIRS"))).rejects.toMatchObject({ status: 403, code: "proof_required" });
  const unwilling = await app(() => Promise.reject(new Error("not now")));
  await unwilling.age();
  await expect(unwilling.client.call(makeRole("BY_NOBODY"))).rejects.toThrow("not now");
  const without = await app();
  await without.age();
  await expect(without.client.call(makeRole("WITHOUT_A_HOOK"))).rejects.toMatchObject({ status: 403, code: "proof_required", problem: { ways: ["password"] } });
  expect(await query(database, "select name from roles where name like 'BY%' or name like 'WITHOUT%'")).toEqual([]);
});

test("signing out forgets it", async () => {
  const { client, age } = await app(async () => ({ method: "password", password: PASSWORD }));
  await age();
  await client.call(makeRole("BEFORE"));
  await client.signOut();
  await expect(client.call(makeRole("AFTER"))).rejects.toMatchObject({ code: "unauthenticated" });
});

import { users } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { type Begun, beginSession, type NewSession } from "@/lib/sessions/begin-session";
import type { SessionCredential } from "@/lib/sessions/credential";
import { type Keeper, keepTrust } from "@/lib/sessions/ledger/keep";
import { atEnd } from "./stop-everything";

/** What stands as every test user's password hash. */
export const HASH = "not a hash: these tests begin sessions without a password";

/** A visitor's request. (Not `contextOf`: instance-main.ts loads this file too, outside of any test runner.) */
export function visitorOf(context: Context, address = "192.0.2.1"): Context {
  return { ...context, actor: { kind: "anonymous" }, request: { ...context.request, id: "test", address } };
}

/** A user who exists; passwords are the business of other tests. */
export async function makeUser(context: Context): Promise<string> {
  const id = newId();
  await context.db.insert(users).values({ id, email: `${id}@example.org`, emailKey: `${id}@example.org`, name: "Test", passwordHash: HASH });
  return id;
}

/** Begins a session as a sign-in does, from a browser of its own unless one is given. */
export async function begin(context: Context, userId: string, input: Partial<NewSession> = {}): Promise<Begun> {
  const session: NewSession = { userId, ways: 0, client: "browser", browserId: newId(), remember: false, prior: null, ...input };
  const begun = await beginSession(visitorOf(context), session);
  if (isFailure(begun)) throw new Error(`no session: ${begun.failure}`);
  return begun;
}

/** The owner of a session, asking from it. */
export function ownerOf(context: Context, { credential }: { credential: SessionCredential }): UserContext {
  return { ...visitorOf(context), actor: { kind: "user", userId: credential.u, sessionId: credential.s } };
}

/** Keeps the context's Redis trusted, as a process of the app does; resolves once it is. */
export async function trust(context: Context): Promise<Keeper> {
  const keeper = keepTrust(context);
  atEnd(async () => keeper.stop());
  await keeper.once();
  return keeper;
}

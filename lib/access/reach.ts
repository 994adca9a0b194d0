import { and, arrayOverlaps, inArray, notInArray, type SQL } from "drizzle-orm";
import { roles, users } from "@/db/schema";
import { type Failure, fail } from "@/lib/core/errors";
import type { AdminContext } from "./require-permission";
import { type Permission, permissions } from "./schema";

/** Nobody acts on who holds more than they do: an account that helps others must not be able to shut out those who could stop it (decision 18). */
type Caller = AdminContext<Permission>;

/** The users whose role allows nothing that the caller may not do too: a condition on users, undefined where all are. */
export function withinReach({ db, held }: Caller): SQL | undefined {
  const lacking = permissions.filter((permission) => !held.has(permission));
  if (lacking.length === 0) return undefined;
  return notInArray(users.role, db.select({ name: roles.name }).from(roles).where(arrayOverlaps(roles.permissions, lacking)));
}

/** Those of the users who hold more than the caller. */
export async function findBeyondReach(caller: Caller, userIds: readonly string[]): Promise<ReadonlySet<string>> {
  const within = withinReach(caller);
  if (!within || userIds.length === 0) return new Set();
  const reached = await caller.db.select({ id: users.id }).from(users).where(and(inArray(users.id, [...userIds]), within));
  const ids = new Set(reached.map(({ id }) => id));
  return new Set(userIds.filter((id) => !ids.has(id)));
}

/** A refusal where sessions are named one by one and one of these owners holds more. */
export async function refuseBeyondReach(caller: Caller, userIds: readonly string[]): Promise<Failure | null> {
  const beyond = await findBeyondReach(caller, userIds);
  return beyond.size === 0 ? null : fail("forbidden", { detail: "You can only end sessions of people who may do no more than you." });
}

import { secondStepOf } from "@/lib/factors/second-step";
import type { Account } from "./find-account";
import type { WayName } from "./schema";

/** By what an account shows that it is its owner's own: its second step where that is on, else a passkey or its password. Nothing that comes by mail, nor by another provider. */
export function ownWays({ passwordHash, factors }: Pick<Account, "passwordHash" | "factors">): WayName[] {
  return secondStepOf(factors) ?? [...(factors.passkeys > 0 ? (["passkey"] as const) : []), ...(passwordHash === null ? [] : (["password"] as const))];
}

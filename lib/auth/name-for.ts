import { nameSchema } from "@/lib/users/schema";
import type { KeptIdentity } from "./pending-identity";

const LONGEST = 100;
const NAMELESS = "New member";

/** What a new account is called: as the provider says, without what nobody may see in a name; else after its address. */
export function nameFor({ name }: Pick<KeptIdentity, "name">, address: string): string {
  for (const text of [name ?? "", address.slice(0, address.lastIndexOf("@"))]) {
    const line = [...text.slice(0, LONGEST * 8).replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, " ").trim()].slice(0, LONGEST).join("");
    const named = nameSchema.safeParse(line);
    if (named.success) return named.data;
  }
  return NAMELESS;
}

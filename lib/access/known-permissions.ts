import { type Permission, permissions } from "./schema";

/** What a role's row allows, in the fixed order; a word that this version does not know allows nothing. */
export function knownPermissions(stored: readonly string[]): Permission[] {
  return permissions.filter((permission) => stored.includes(permission));
}

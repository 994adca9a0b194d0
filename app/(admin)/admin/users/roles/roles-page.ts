/** Where a role is changed, or made if there is none of the name. */
export function rolesPage(name: string): string {
  return `/admin/users/roles?edit=${encodeURIComponent(name)}`;
}

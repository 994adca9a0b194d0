import { z } from "zod";

/** All that a role can allow. A literal that is not here does not compile. */
export const permissions = [
  "sessions.read",
  "sessions.end",
  "users.read",
  "users.manage",
  "roles.manage",
  "events.read",
  "factors.reset",
  "insights.read",
] as const;
export type Permission = (typeof permissions)[number];

export const ADMINISTRATOR = "ADMIN";

/** The roles that every installation has; nobody changes them. */
export const builtInRoles = {
  USER: [],
  SUPPORT: ["sessions.read", "sessions.end", "users.read", "events.read", "insights.read"],
  [ADMINISTRATOR]: permissions,
} as const satisfies Record<string, readonly Permission[]>;

export const roleNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{1,31}$/, "must be 2 to 32 letters, digits, dashes or underscores, a letter first");

export const roleSchema = z.strictObject({
  name: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(z.enum(permissions)),
});
export type Role = z.infer<typeof roleSchema>;

export const roleInput = z.strictObject({ permissions: z.array(z.enum(permissions)).max(permissions.length) });
export type RoleInput = z.infer<typeof roleInput>;

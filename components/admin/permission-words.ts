import type { Permission } from "@/lib/access/schema";

export const permissionWords: Record<Permission, string> = {
  "sessions.read": "See everyone’s devices",
  "sessions.end": "End sessions of others",
  "users.read": "See users and roles",
  "users.manage": "Give roles, disable accounts",
  "roles.manage": "Make and change roles",
  "events.read": "Read the audit log",
  "factors.reset": "Remove the second step of others",
  "insights.read": "See figures and patterns",
};

import type { Permission } from "@/lib/access/schema";

/** The pages for administrators, and what each needs. The order is that of the navigation. */
export const adminPages: readonly { href: string; label: string; permission: Permission }[] = [
  { href: "/admin/devices", label: "Devices", permission: "sessions.read" },
  { href: "/admin/users", label: "Users", permission: "users.read" },
  { href: "/admin/users/roles", label: "Roles", permission: "users.read" },
  { href: "/admin/audit", label: "Audit log", permission: "events.read" },
  { href: "/admin/insights", label: "Insights", permission: "insights.read" },
];

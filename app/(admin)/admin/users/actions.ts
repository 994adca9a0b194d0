"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { permissions, roleNameSchema } from "@/lib/access/schema";
import { makeResetLink } from "@/lib/admin/make-reset-link";
import { putRole } from "@/lib/admin/put-role";
import { resetFactors } from "@/lib/admin/reset-factors";
import { updateUser } from "@/lib/admin/update-user";
import { isFailure } from "@/lib/core/errors";
import { adminAction } from "@/lib/web/action";
import { orConfirmFirst, shownProof } from "@/lib/web/confirm-first";
import { rolesPage } from "./roles/roles-page";

const pageOf = (userId: string) => `/admin/users/${encodeURIComponent(userId)}`;

export const changeRoleAction = adminAction("users.manage", z.strictObject({ userId: z.string(), role: roleNameSchema }), async (context, { userId, role }) => {
  const user = await updateUser(context, userId, { role }, await shownProof(context));
  refresh();
  return orConfirmFirst(context, isFailure(user) ? user : null, pageOf(userId), { about: "role", role });
});

const disabledForm = z.strictObject({ userId: z.string(), disabled: z.enum(["true", "false"]).transform((text) => text === "true") });

export const setDisabledAction = adminAction("users.manage", disabledForm, async (context, { userId, disabled }) => {
  const user = await updateUser(context, userId, { disabled }, await shownProof(context));
  refresh();
  return orConfirmFirst(context, isFailure(user) ? user : null, pageOf(userId), { about: disabled ? "disable" : "enable" });
});

export const makeResetLinkAction = adminAction("users.manage", z.strictObject({ userId: z.string() }), async (context, { userId }) => {
  const link = await makeResetLink(context, userId, await shownProof(context));
  refresh();
  return orConfirmFirst(context, link, pageOf(userId), { about: "reset-link" });
});

export const resetFactorsAction = adminAction("factors.reset", z.strictObject({ userId: z.string() }), async (context, { userId }) => {
  const failure = await resetFactors(context, userId, await shownProof(context));
  refresh();
  return orConfirmFirst(context, failure ?? null, pageOf(userId), { about: "factors" });
});

const roleForm = z.looseObject({ name: z.string().transform((name) => name.trim()).pipe(roleNameSchema) }).transform((fields) => ({
  name: fields.name,
  permissions: permissions.filter((permission) => `may.${permission}` in fields),
}));

export const putRoleAction = adminAction("roles.manage", roleForm, async (context, { name, permissions: allowed }) => {
  const role = await putRole(context, name, { permissions: allowed }, await shownProof(context));
  refresh();
  return orConfirmFirst(context, isFailure(role) ? role : { name: role.name }, rolesPage(name), { name, permissions: allowed.join(" ") });
});

"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import { putRole } from "@/lib/access/put-role";
import { permissions, roleNameSchema } from "@/lib/access/schema";
import { makeResetLink } from "@/lib/admin/make-reset-link";
import { updateUser } from "@/lib/admin/update-user";
import { isFailure } from "@/lib/core/errors";
import { adminAction } from "@/lib/web/action";
import { confirmFirst } from "@/lib/web/confirm-first";
import { readProof } from "@/lib/web/proof-cookie";

export const changeRoleAction = adminAction("users.manage", z.strictObject({ userId: z.string(), role: roleNameSchema }), async (context, { userId, role }) => {
  const user = await updateUser(context, userId, { role });
  refresh();
  return isFailure(user) ? user : null;
});

const disabledForm = z.strictObject({ userId: z.string(), disabled: z.enum(["true", "false"]).transform((text) => text === "true") });

export const setDisabledAction = adminAction("users.manage", disabledForm, async (context, { userId, disabled }) => {
  const user = await updateUser(context, userId, { disabled });
  refresh();
  return isFailure(user) ? user : null;
});

export const makeResetLinkAction = adminAction("users.manage", z.strictObject({ userId: z.string() }), async (context, { userId }) => {
  const link = await makeResetLink(context, userId, { secret: readProof(context.settings, await headers()) });
  if (isFailure(link) && link.failure === "proof_required") return confirmFirst(context, `/admin/users/${userId}`);
  refresh();
  return link;
});

const roleForm = z.looseObject({ name: z.string().transform((name) => name.trim()).pipe(roleNameSchema) }).transform((fields) => ({
  name: fields.name,
  permissions: permissions.filter((permission) => `may.${permission}` in fields),
}));

export const putRoleAction = adminAction("roles.manage", roleForm, async (context, { name, permissions: allowed }) => {
  const role = await putRole(context, name, { permissions: allowed });
  refresh();
  return isFailure(role) ? role : { name: role.name };
});

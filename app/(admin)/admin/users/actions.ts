"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { permissions, roleNameSchema } from "@/lib/access/schema";
import { deleteUser } from "@/lib/admin/delete-user";
import { keepUser } from "@/lib/admin/keep-user";
import { makeResetLink } from "@/lib/admin/make-reset-link";
import { putRole } from "@/lib/admin/put-role";
import { resetFactors } from "@/lib/admin/reset-factors";
import { updateUser } from "@/lib/admin/update-user";
import { emailKey } from "@/lib/auth/email-key";
import { requireProof } from "@/lib/auth/require-proof";
import { fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { findUser } from "@/lib/users/find-user";
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

/** `email`: the account's address, typed, so that nobody does it by a slip. */
export const deleteUserAction = adminAction("users.manage", z.strictObject({ userId: z.string(), email: z.string().max(1024) }), async (context, { userId, email }) => {
  const proof = await shownProof(context);
  const unproven = await requireProof(context, proof);
  if (unproven) return orConfirmFirst(context, unproven, pageOf(userId), { about: "delete", email });
  const user = isId(userId) ? await findUser(context, userId) : null;
  if (emailKey(email) !== user?.emailKey) return fail("invalid_input", { errors: [{ path: "email", message: "This is not the address of this account." }] });
  const deletion = await deleteUser(context, userId, proof);
  refresh();
  return orConfirmFirst(context, isFailure(deletion) ? deletion : null, pageOf(userId), { about: "delete", email });
});

export const keepUserAction = adminAction("users.manage", z.strictObject({ userId: z.string() }), async (context, { userId }) => {
  const failure = await keepUser(context, userId, await shownProof(context));
  refresh();
  return orConfirmFirst(context, failure ?? null, pageOf(userId), { about: "keep" });
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

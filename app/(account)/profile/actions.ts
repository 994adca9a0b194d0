"use server";

import { z } from "zod";
import { CHANGE_BUDGET_MS } from "@/lib/avatars/change-times";
import { regenerateAvatar } from "@/lib/avatars/regenerate-avatar";
import { removeAvatar } from "@/lib/avatars/remove-avatar";
import { isFailure } from "@/lib/core/errors";
import { profileInput } from "@/lib/users/schema";
import { updateProfile } from "@/lib/users/update-profile";
import { leadTo, userAction } from "@/lib/web/action";

/** `plain` comes from a page without scripts. */
const plainForm = z.strictObject({ plain: z.literal("on").optional() });
const profileForm = plainForm.extend(profileInput.shape);

export const updateProfileAction = userAction(profileForm, async (context, { name, plain }) => {
  const user = await updateProfile(context, { name });
  if (isFailure(user)) return user;
  // This request still knows its user as before: the page is asked for anew.
  return plain ? leadTo("/profile") : null;
});

export const takeGravatarAction = userAction(
  plainForm,
  async (context, { plain }) => {
    const made = await regenerateAvatar(context);
    if (isFailure(made)) return made;
    return plain ? leadTo("/profile") : made.source;
  },
  CHANGE_BUDGET_MS,
);

export const removePictureAction = userAction(plainForm, async (context, { plain }) => {
  const failure = await removeAvatar(context);
  if (isFailure(failure)) return failure;
  return plain ? leadTo("/profile") : null;
});

"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { CHANGE_BUDGET_MS } from "@/lib/avatars/change-times";
import { regenerateAvatar } from "@/lib/avatars/regenerate-avatar";
import { removeAvatar } from "@/lib/avatars/remove-avatar";
import { isFailure } from "@/lib/core/errors";
import { profileInput } from "@/lib/users/schema";
import { updateProfile } from "@/lib/users/update-profile";
import { userAction } from "@/lib/web/action";

export const updateProfileAction = userAction(profileInput, async (context, input) => {
  const user = await updateProfile(context, input);
  if (isFailure(user)) return user;
  refresh();
  return null;
});

const nothing = z.strictObject({});

export const takeGravatarAction = userAction(
  nothing,
  async (context) => {
    const made = await regenerateAvatar(context);
    if (isFailure(made)) return made;
    refresh();
    return made.source;
  },
  CHANGE_BUDGET_MS,
);

export const removePictureAction = userAction(nothing, async (context) => {
  const failure = await removeAvatar(context);
  if (isFailure(failure)) return failure;
  refresh();
  return null;
});

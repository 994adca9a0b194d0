"use server";

import { refresh } from "next/cache";
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

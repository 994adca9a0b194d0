"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { isFailure } from "@/lib/core/errors";
import { profileInput } from "@/lib/users/schema";
import { updateProfile } from "@/lib/users/update-profile";
import { userAction } from "@/lib/web/action";

/** `plain` comes from a page without scripts. */
const form = profileInput.extend({ plain: z.literal("on").optional() });

export const updateProfileAction = userAction(form, async (context, { name, plain }) => {
  const user = await updateProfile(context, { name });
  if (isFailure(user)) return user;
  // This request still knows its user by the old name: the page is asked for anew.
  if (plain) return redirect("/profile");
  return null;
});

import { avatarFile, avatarInput, avatarSource } from "@/lib/avatars/avatar-input";
import { regenerateAvatar } from "@/lib/avatars/regenerate-avatar";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import { isFailure } from "@/lib/core/errors";
import { userSchema } from "@/lib/users/schema";
import { userEndpoint } from "./endpoint";
import { readUpload } from "./read-upload";
import { takeUploadPlace } from "./upload-places";

/** Longer than the front server lets a body take, and then the 15 s of the change itself. */
const BUDGET_MS = 75_000;

/** A new picture: a file, or the account's Gravatar. The call itself, and behind the plain form. */
export const avatarUpload = userEndpoint({
  summary: "Sets a new picture",
  description: "`multipart/form-data` with the field `file`, or JSON `{ \"source\": \"gravatar\" }`.",
  errors: ["unprocessable_image", "rate_limited"],
  noted: { what: "picture", codes: ["unprocessable_image", "too_large", "rate_limited"] },
  admit: takeUploadPlace,
  readBody: readUpload,
  budgetMs: BUDGET_MS,
  body: avatarInput,
  bodies: { "multipart/form-data": avatarFile, "application/json": avatarSource },
  output: userSchema,
  async run(context, { body }) {
    if ("file" in body) return uploadAvatar(context, body.file);
    const made = await regenerateAvatar(context);
    return isFailure(made) ? made : made.user;
  },
});

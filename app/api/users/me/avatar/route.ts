import { removeAvatar } from "@/lib/avatars/remove-avatar";
import { avatarUpload } from "@/lib/web/avatar-upload";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: avatarUpload,
  DELETE: userEndpoint({ summary: "Removes the picture", output: null, run: (context) => removeAvatar(context) }),
});

import { fail } from "@/lib/core/errors";
import { profileInput, userSchema } from "@/lib/users/schema";
import { updateProfile } from "@/lib/users/update-profile";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "The signed-in user",
    output: userSchema,
    async run(_context, { visitor: { identity } }) {
      return identity.state === "authenticated" ? identity.user : fail("unauthenticated");
    },
  }),
  PATCH: userEndpoint({
    summary: "Changes the user's name",
    body: profileInput,
    output: userSchema,
    run: (context, { body }) => updateProfile(context, body),
  }),
});

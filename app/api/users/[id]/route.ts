import { getPublicUser } from "@/lib/users/get-public-user";
import { publicUserSchema } from "@/lib/users/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "What others may see of a user",
    errors: ["not_found"],
    output: publicUserSchema,
    run: (context, { params: { id = "" } }) => getPublicUser(context, id),
  }),
});

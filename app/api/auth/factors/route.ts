import { listFactors } from "@/lib/auth/list-factors";
import { factorsSchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    setUp: true,
    summary: "How the account is opened, and what it asks besides",
    output: factorsSchema,
    run: (context) => listFactors(context),
  }),
});

import { ipSchema } from "@/lib/addresses/schema";
import { pageOf, pageQuery } from "@/lib/core/page";
import { listAddresses } from "@/lib/sessions/list-addresses";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists the addresses that the account was used from, last used first",
    query: pageQuery,
    output: pageOf(ipSchema),
    run: (context, { query }) => listAddresses(context, query),
  }),
});

import { pageOf, pageQuery } from "@/lib/core/page";
import { deviceSchema } from "@/lib/devices/schema";
import { listDevices } from "@/lib/sessions/list-devices";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists the account's devices, last used first",
    query: pageQuery,
    output: pageOf(deviceSchema),
    run: (context, { query }) => listDevices(context, query),
  }),
});

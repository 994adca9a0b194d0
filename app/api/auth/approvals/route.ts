import { listApprovals } from "@/lib/auth/list-approvals";
import { approvalSchema } from "@/lib/auth/schema";
import { pageOf, pageQuery } from "@/lib/core/page";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists the new devices that wait for an answer of this one",
    query: pageQuery,
    output: pageOf(approvalSchema),
    run: (context, { query }) => listApprovals(context, query),
  }),
});

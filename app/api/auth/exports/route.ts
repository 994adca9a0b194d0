import { pageOf, pageQuery } from "@/lib/core/page";
import { askForExport } from "@/lib/leaving/ask-for-export";
import { listExports } from "@/lib/leaving/list-exports";
import { exportSchema } from "@/lib/leaving/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists the exports of the account, newest first",
    query: pageQuery,
    output: pageOf(exportSchema),
    run: (context, { query }) => listExports(context, query),
  }),
  POST: userEndpoint({
    summary: "Asks for a copy of all that is kept of the account",
    description: "It is made behind; a mail and the event `export.ready` tell when it is there, and it is kept for seven days. One at a time (409), a few a day. Needs a step-up.",
    errors: ["proof_required", "conflict", "rate_limited"],
    output: exportSchema,
    status: 202,
    run: (context, { headers }) => askForExport(context, { secret: readProof(context.settings, headers) }),
  }),
});

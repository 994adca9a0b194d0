import { exportEvents, exportQuery } from "@/lib/admin/export-events";
import { requirePermission } from "@/lib/access/require-permission";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import type { Identity } from "@/lib/sessions/identity";
import { noteRefused } from "./note-refused";
import { parseInput, readQuery } from "./parse-input";
import { problem } from "./problem";
import { visit } from "./visitor";

const types = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" };

/** The audit log as a file, streamed as it is read: neither end holds it whole. To who may not read it, it does not exist. */
export async function eventExport(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  try {
    return await withinRequest(context, answer(request, context, identity));
  } catch (error) {
    if (!isOutage(error)) throw error;
    context.log.warn({ err: error }, "audit export failed");
    return problem(fail("unavailable"), context.request.id);
  }
}

async function answer(request: Request, context: Context, identity: Identity): Promise<Response> {
  const refuse = (failure: Failure) => problem(failure, context.request.id);
  if (identity.state === "unknown") return refuse(fail("unavailable"));
  if (context.actor.kind !== "user") return refuse(fail("unauthenticated"));
  const admin = await requirePermission(context as UserContext, "events.read");
  if (isFailure(admin)) {
    noteRefused(context, admin, "Export of the audit log");
    return refuse(fail("not_found"));
  }
  const raw = readQuery(new URL(request.url));
  if (isFailure(raw)) return refuse(raw);
  const query = parseInput(exportQuery, Object.fromEntries(Object.entries(raw.query).filter(([, value]) => value !== "")));
  if (isFailure(query)) return refuse(query);
  const { format } = query.value;
  const day = new Date(context.clock.now()).toISOString().slice(0, 10);
  const pieces = exportEvents(admin, query.value);
  const encoder = new TextEncoder();
  // Until its first piece is there it can still be answered that there is none; after that it can only break off.
  const first = await pieces.next();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (!first.done) controller.enqueue(encoder.encode(first.value));
    },
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": types[format],
      "content-disposition": `attachment; filename="audit-${day}.${format}"`,
      "cache-control": "private, no-store",
      "x-request-id": context.request.id,
    },
  });
}

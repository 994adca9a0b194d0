import { z } from "zod";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import { csvLine } from "@/lib/core/csv";
import { isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { allEventsFilter, listAllEvents } from "./list-all-events";
import type { AdminEvent } from "./schema";

const AT_ONCE = 500;

export const exportQuery = z.strictObject({ ...allEventsFilter, format: z.enum(["csv", "jsonl"]) });
export type ExportQuery = z.infer<typeof exportQuery>;

const COLUMNS = ["at", "type", "actor", "user", "user id", "by", "session id", "device", "address", "country", "city", "detail"];

/**
 * The matching events as text, newest first, read as they are taken: CSV with a heading, or a JSON object a line
 * (the same as the API's). It leaves an event before its first line. Who loses the permission meanwhile gets no more.
 */
export async function* exportEvents(context: AdminContext<"events.read">, { format, ...filter }: ExportQuery): AsyncGenerator<string> {
  await recordEvents(context, [{ userId: null, type: "export.made", actor: "admin", sessionId: context.actor.sessionId, detail: { what: "audit", format, ...filter } }]);
  if (format === "csv") yield csvLine(COLUMNS);
  let cursor: string | null | undefined;
  do {
    const caller = await requirePermission(context, "events.read");
    if (isFailure(caller)) throw new Error("the permission was taken away");
    const page = await listAllEvents(caller, { ...filter, limit: AT_ONCE, ...(cursor && { cursor }) });
    if (isFailure(page)) throw new Error(page.failure);
    yield page.items.map(format === "csv" ? csvOf : (event) => `${JSON.stringify(event)}\n`).join("");
    cursor = page.nextCursor;
  } while (cursor);
}

function csvOf({ at, type, actor, user, by, sessionId, device, ip, detail }: AdminEvent): string {
  return csvLine([
    at, type, actor, user?.email ?? "", user?.id ?? "", by?.email ?? "", sessionId ?? "", device?.name ?? "",
    ip?.address ?? "", ip?.country ?? "", ip?.city ?? "", JSON.stringify(detail),
  ]);
}

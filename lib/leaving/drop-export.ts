import { and, eq } from "drizzle-orm";
import { exports } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { exportsBelow } from "./export-object";

/** Deletes the file of an export whose time is over, with whatever a killed worker left of it. Rejects when the storage does not answer. */
export async function dropExport({ db, storage }: Context, { id, userId, tries }: typeof exports.$inferSelect): Promise<void> {
  await storage.deleteBelow(exportsBelow(userId, id));
  await db.update(exports).set({ state: "gone", object: null, dueAt: null }).where(and(eq(exports.id, id), eq(exports.tries, tries)));
}

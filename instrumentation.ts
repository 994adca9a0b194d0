import type { Instrumentation } from "next";
import { PAGE_HEADER } from "@/lib/core/headers";
import { notePageFailure } from "@/lib/core/page-outages";

/** Background work of this process starts here, once: the connection to Redis is kept trusted, the ledger swept. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startBackground } = await import("@/lib/web/background");
  await startBackground();
}

/** Next calls it when a page fails, before it sends anything of the page that says so. */
export const onRequestError: Instrumentation.onRequestError = (error, { headers }) => notePageFailure(headers[PAGE_HEADER], error);

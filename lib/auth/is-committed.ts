import type { Failure } from "@/lib/core/errors";

/** Whether a failure to end sessions says that all of it stands, and only its acknowledgement is missing: `endSessions` says so in a detail. */
export function isCommitted({ failure, detail }: Failure): boolean {
  return failure === "unavailable" && detail !== undefined;
}

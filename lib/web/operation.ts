import type { z } from "zod";
import type { Permission } from "@/lib/access/schema";
import type { ErrorCode } from "@/lib/core/errors";

/** What the published contract says of one method of a route. The same schemas parse what comes in and what goes out. */
export type Operation = {
  /** One line, as "Ends one session". */
  summary: string;
  description?: string;
  /** Whether only a signed-in user may call it. */
  session: boolean;
  /** With a session: open also to who has still to set up the second step that their role needs. */
  setUp?: boolean;
  /** What who calls it must hold. */
  permission?: Permission;
  /** Whether it is an endpoint of endpoint.ts, which can answer some failures whatever it does. */
  endpoint: boolean;
  body?: z.ZodType;
  /** The parts of `body` by the content type that each comes as, if not all of it is JSON. */
  bodies?: Record<string, z.ZodType>;
  query?: z.ZodType;
  output: z.ZodType | null;
  /** Of a good answer; 204 without an output, else 200. */
  status?: number;
  /** Of a good answer that is no JSON. */
  contentType?: string;
  /** Good news and bad: other statuses that the output may come with. */
  otherStatus?: number | readonly number[];
  /** What a file is that may come in place of the output. */
  file?: string;
  /** Answers 303 to a plain form. */
  leads?: boolean;
  /** Answers 304 to who has it already (If-None-Match). */
  conditional?: boolean;
  /** Beyond those that every endpoint can answer. */
  errors?: readonly ErrorCode[];
};

/** Every failure that the operation may answer. */
export function errorsOf(operation: Operation, method: string): ErrorCode[] {
  if (!operation.endpoint) return [...(operation.errors ?? [])];
  const changes = method !== "GET" && method !== "HEAD";
  const all: ErrorCode[] = [
    "invalid_input",
    ...(changes ? (["cross_origin", "unsupported_media", "too_large"] as const) : []),
    ...(operation.session ? (["unauthenticated"] as const) : []),
    ...(operation.session && !operation.setUp ? (["forbidden"] as const) : []),
    ...(operation.errors ?? []),
    "internal",
    "unavailable",
  ];
  return [...new Set(all)];
}

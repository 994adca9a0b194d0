import type { z } from "zod";
import { type Failure, fail } from "@/lib/core/errors";

/** Input through its schema; every complaint with the path of its field. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): { value: z.output<T> } | Failure {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  return fail("invalid_input", { errors: parsed.error.issues.flatMap(complaints).slice(0, 20) });
}

function complaints(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path.join("."), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key.slice(0, 64)].join("."), message: "is not known here" }));
}

/** A query as an object of strings; a name given twice is refused. */
export function readQuery(url: URL): { query: Record<string, string> } | Failure {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of url.searchParams) {
    if (name in query) return fail("invalid_input", { errors: [{ path: name.slice(0, 64), message: "is given twice" }] });
    query[name] = value;
  }
  return { query: { ...query } };
}

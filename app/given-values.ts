import type { z } from "zod";
import type { SearchParams } from "./search-params";

export type Given<T> = {
  /** What the address says, by name, without what is empty or unknown; a name given twice counts once. */
  values: Record<string, string>;
  /** Null when something of it is not right. */
  query: T | null;
  errors: Record<string, string>;
};

/** A page's address through the schema of the call that it makes. Unlike a call, a page ignores what it does not know. */
export async function givenValues<T extends z.ZodObject>(searchParams: SearchParams, schema: T): Promise<Given<z.output<T>>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(await searchParams)) {
    const text = (Array.isArray(value) ? value[0] : value)?.trim();
    if (text && name in schema.shape) values[name] = text;
  }
  const parsed = schema.safeParse(values);
  const errors = Object.fromEntries((parsed.error?.issues ?? []).map((issue) => [issue.path.join("."), issue.message]));
  return { values, query: parsed.success ? parsed.data : null, errors };
}

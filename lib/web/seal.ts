import { sealData, unsealData } from "iron-session";
import { LRUCache } from "lru-cache";
import type { z } from "zod";
import { singleton } from "@/lib/core/singleton";
import type { Settings } from "@/lib/platform/env";

type Keys = Settings["SESSION_SECRETS"];

/**
 * A seal of iron-session 8 (Fe26.2), the whole text and nothing around it: `unsealData` itself accepts
 * trailing bytes, and throws on a wrong prefix.
 */
const SEAL = /^Fe26\.2\*(\d{1,9})\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{1,4096}\*\*[0-9a-f]{64}\*[\w-]{43}~2$/;

/** `foreign`: sealed with a key that this process does not have (a rolling rotation); it must not be cleared. */
export type Unsealed<T> = { is: "good"; value: T; keyId: number } | { is: "foreign" } | { is: "bad" };

/** Seals with the first key. iron-session would take the highest id of a map, so the map has only that one. */
export function seal(keys: Keys, value: object): Promise<string> {
  const first = keys[0];
  if (!first) throw new Error("no key to seal with");
  return sealData(value, { password: { [first.id]: first.secret }, ttl: 0 });
}

/** What a good seal held, and what the schema that looked last made of it. */
type Known = { keyId: number; content: object; schema: z.ZodType; value: unknown };

/**
 * What was sealed, by whichever key. Unsealing costs about 0.15 ms, so the last few thousand good seals are
 * remembered; bad ones are not, or a flood of forgeries would push the good ones out.
 */
export async function unseal<T extends z.ZodType>(keys: Keys, text: string, schema: T): Promise<Unsealed<z.infer<T>>> {
  const recent = singleton("unsealed", () => new LRUCache<string, Known>({ max: 5_000 }));
  const known = recent.get(text);
  const keyId = known?.keyId ?? Number(SEAL.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(keyId)) return { is: "bad" };
  if (!keys.some((key) => key.id === keyId)) return { is: "foreign" };
  if (known?.schema === schema) return { is: "good", value: known.value as z.infer<T>, keyId };
  let content = known?.content;
  if (!content) {
    try {
      content = await unsealData<object>(text, { password: Object.fromEntries(keys.map(({ id, secret }) => [id, secret])), ttl: 0 });
    } catch {
      return { is: "bad" };
    }
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) return { is: "bad" };
  recent.set(text, { keyId, content, schema, value: parsed.data });
  return { is: "good", value: parsed.data, keyId };
}

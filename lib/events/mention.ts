import { or, type SQL, sql } from "drizzle-orm";
import { events } from "@/db/schema";

/** Whom administrators may have named: `emails` as they were and as compared, `addresses` that they were there from. */
export type Named = { id: string; name: string; emails: readonly string[]; addresses: readonly string[]; createdAt: Date };

/** A text that is shorter says nothing by beginning an address, and in the middle of a note nothing at all. */
const SHORT = 4;

/** What may stand before a mention in a note and after it: never a part of a longer word, address or id. One by one, for which letters PostgreSQL knows goes by its locale. */
const BEFORE = String.raw`(?<![^[:space:]()\[{<"'“”„‘’«»,;:=–—])`;
const AFTER = String.raw`(?![^[:space:]()\]}>"'“”„‘’«»,;:=–—!?…|.]|\.[^[:space:]])`;

/**
 * Whether this place in an event's detail names somebody. An id does as a whole; what was looked for, if it is the whole name or how an
 * address begins; a note, if the id, an address or the name stands in it by itself. A name is what its bearer wants it to be: ".com"
 * as one, or an address, must not be found in what was said of others.
 */
export function isMentioned(keys: readonly string[], person: Named): SQL {
  const { id, name, emails, addresses } = person;
  const text = textAt(keys);
  if (keys.at(-1) === "note") return sql`coalesce(${text} ~* ${patternOf(person)}, false)`;
  if (keys.at(-1) === "ip") return sql`coalesce(regexp_replace(${text}, '/(32|128)$', '') in (select jsonb_array_elements_text(${JSON.stringify(addresses)}::jsonb)), false)`;
  if (keys.at(-1) !== "q") return sql`coalesce(${text} = ${id}, false)`;
  const begins = or(...emails.map((email) => sql`starts_with(lower(${email}), lower(${text}))`));
  const isName = looksLikeName(name) ? sql`lower(${text}) = lower(${name})` : sql`false`;
  return sql`coalesce(${text} = ${id} or ${isName} or (length(${text}) >= ${SHORT} and (${begins})), false)`;
}

/** The detail without that: of a note only the mention goes. */
export function withoutMention(detail: SQL, keys: readonly string[], person: Named): SQL {
  const cut = sql`to_jsonb(regexp_replace(${textAt(keys)}, ${patternOf(person)}, '…', 'gi'))`;
  const rest = keys.at(-1) === "note" ? sql`jsonb_set(${detail}, ${pathOf(keys)}, ${cut})` : sql`${detail} #- ${pathOf(keys)}`;
  return sql`case when ${isMentioned(keys, person)} then ${rest} else ${detail} end`;
}

function textAt(keys: readonly string[]): SQL {
  return sql`(${events.detail} #>> ${pathOf(keys)})`;
}

function pathOf(keys: readonly string[]): SQL {
  return sql`${`{${keys.join(",")}}`}::text[]`;
}

/** In PostgreSQL's regular expressions, for any case. */
function patternOf({ id, name, emails }: Named): string {
  const words = [id, ...emails, ...(looksLikeName(name) ? [name] : [])];
  return `${BEFORE}(?:${words.map((word) => word.replaceAll(/[^\p{L}\p{M}\p{N} ]/gu, String.raw`\$&`)).join("|")})${AFTER}`;
}

/** Words of letters. */
function looksLikeName(name: string): boolean {
  return [...name].length >= SHORT && /^\p{L}[\p{L}\p{M}'’.\- ]*$/u.test(name);
}

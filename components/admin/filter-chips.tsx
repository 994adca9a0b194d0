import { X } from "lucide-react";
import Link from "next/link";

export type Chip = { name: string; words: string };

/** The address of the page without one part of what it shows, or with others; a cursor never survives that. */
export function hrefWith(path: string, values: Record<string, string>, change: Record<string, string | null>): string {
  const { cursor: _cursor, ...rest } = values;
  const query = new URLSearchParams(rest);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Every filter that is in force, each with a way to take it away. */
export function FilterChips({ path, values, chips }: { path: string; values: Record<string, string>; chips: Chip[] }) {
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters in force" className="flex flex-wrap gap-1.5">
      {chips.map(({ name, words }) => (
        <li key={name}>
          <Link
            href={hrefWith(path, values, { [name]: null })}
            prefetch={false}
            scroll={false}
            className="inline-flex min-h-8 items-center gap-1.5 rounded-full bg-accent-soft ps-3 pe-2 text-13 font-medium text-accent-strong hover:bg-sunken"
          >
            <span className="sr-only">Remove the filter </span>
            <bdi>{words}</bdi>
            <X size={14} aria-hidden="true" />
          </Link>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Link href={path} prefetch={false} scroll={false} className="inline-flex min-h-8 items-center px-2 text-13 text-quiet underline underline-offset-2 hover:text-ink">
            Remove all
          </Link>
        </li>
      )}
    </ul>
  );
}

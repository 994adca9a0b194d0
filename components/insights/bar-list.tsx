import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { number } from "./words";

export type ListedBar = {
  name: string;
  count: number;
  /** What stands in place of the number. */
  words?: string;
  /** What stands beside it. */
  note?: string | null;
  href?: string | null;
  unusual?: boolean;
  /** Several that have no bar of their own. */
  together?: boolean;
};

type Props = {
  bars: readonly ListedBar[];
  most?: number;
  /** What a whole bar is; else the longest of them. */
  total?: number;
  empty?: string | undefined;
  /** Each in one line, for short names. */
  inline?: boolean;
};

/** The most first, a bar each, its number at its end; so many, and then the others together. */
export function BarList({ bars, most = 8, total, empty = "Nothing in these days.", inline = false }: Props) {
  const some = bars.slice(0, bars.length > most ? most - 1 : most);
  const rest = bars.slice(some.length);
  const shown: readonly ListedBar[] = rest.length > 0 ? [...some, { name: `${rest.length} others`, count: rest.reduce((sum, { count }) => sum + count, 0), together: true }] : some;
  const longest = total ?? Math.max(1, ...some.map(({ count }) => count));
  if (shown.length === 0) return <p className="text-13 text-quiet">{empty}</p>;
  return (
    <ul className={inline ? "space-y-1" : "space-y-2"}>
      {shown.map((bar) => (
        <li key={bar.name} className={classes("text-13", inline && "grid grid-cols-[4.5rem_minmax(0,1fr)_3rem] items-center gap-x-2")}>
          {inline ? (
            <>
              <span className="text-quiet">{bar.name}</span>
              <Measure bar={bar} longest={longest} height={12} />
              <Count bar={bar} />
            </>
          ) : (
            <>
              <div className="flex items-baseline justify-between gap-3">
                <Name bar={bar} />
                <Count bar={bar} />
              </div>
              <Measure bar={bar} longest={longest} height={6} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Name({ bar: { name, href, together } }: { bar: ListedBar }) {
  if (!href) return <bdi className={classes("min-w-0 truncate", together && "text-quiet")}>{name}</bdi>;
  return (
    <Link href={href} prefetch={false} className="min-w-0 truncate underline decoration-line underline-offset-2 hover:decoration-current">
      <bdi>{name}</bdi>
    </Link>
  );
}

function Count({ bar: { count, words, note, unusual } }: { bar: ListedBar }) {
  return (
    <span className={classes("figures shrink-0 text-end", unusual ? "font-medium text-unusual" : "text-ink")}>
      {words ?? number(count)}
      {note && <span className="ms-2 inline-block min-w-8 text-quiet">{note}</span>}
    </span>
  );
}

function Measure({ bar: { count, unusual, together }, longest, height }: { bar: ListedBar; longest: number; height: number }) {
  if (together) return null;
  return (
    <svg width="100%" height={height} aria-hidden="true" className="mt-1 block">
      <rect width="100%" height={height} rx="3" className="fill-sunken" />
      {count > 0 && <rect width={`${Math.min(100, Math.max(0.6, (count / longest) * 100)).toFixed(2)}%`} height={height} rx="3" className={unusual ? "fill-unusual-mark" : "fill-accent"} />}
    </svg>
  );
}

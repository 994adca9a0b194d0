import Link from "next/link";
import { textLink } from "@/components/ui/text-link";
import { type AnyWay, wayLink } from "./way-words";

/** The ways that are not asked now, the one used last in front. `hrefOf`: where each is asked. */
export function OtherWays<W extends AnyWay>({ ways, labels = {}, hrefOf }: { ways: readonly W[]; /** What the operator calls providers, by their names. */ labels?: Readonly<Record<string, string>>; hrefOf: (way: W) => string }) {
  if (ways.length === 0) return null;
  return (
    <nav aria-label="Other ways" className="border-t pt-4">
      <ul className="space-y-2">
        {ways.map((way) => (
          <li key={way}>
            <Link href={hrefOf(way)} prefetch={false} className={textLink}>
              {wayLink(way, labels)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

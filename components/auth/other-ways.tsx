import Link from "next/link";
import { textLink } from "@/components/ui/text-link";
import { type AnyWay, wayLinks } from "./way-words";

/** The ways that are not asked now, the one used last in front. `hrefOf`: where each is asked. */
export function OtherWays<W extends AnyWay>({ ways, hrefOf }: { ways: readonly W[]; hrefOf: (way: W) => string }) {
  if (ways.length === 0) return null;
  return (
    <nav aria-label="Other ways" className="border-t pt-4">
      <ul className="space-y-2">
        {ways.map((way) => (
          <li key={way}>
            <Link href={hrefOf(way)} prefetch={false} className={textLink}>
              {wayLinks[way]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

import Link from "next/link";
import { buttonClasses } from "./button";

type Props = {
  /** Where the list begins, when this is not its beginning, and where it goes on. */
  first: { href: string; label: string } | null;
  next: { href: string; label: string } | null;
};

/** The ways to the other pages of a list; nothing when this is all of it. */
export function Pager({ first, next }: Props) {
  if (!first && !next) return null;
  return (
    <nav aria-label="Pages" className="flex flex-wrap gap-2">
      {[first, next].map(
        (page) =>
          page && (
            <Link key={page.label} href={page.href} prefetch={false} className={buttonClasses()}>
              {page.label}
            </Link>
          ),
      )}
    </nav>
  );
}

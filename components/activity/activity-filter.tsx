import Link from "next/link";
import { classes } from "@/components/ui/classes";
import type { EventType } from "@/lib/events/schema";

const filters: [EventType | null, string][] = [
  [null, "Everything"],
  ["sign_in.succeeded", "Sign-ins"],
  ["sign_in.failed", "Failed sign-ins"],
  ["session.ended", "Ended sessions"],
  ["session.address_changed", "Moved sessions"],
  ["password.changed", "Password"],
];

export function ActivityFilter({ type }: { type: EventType | null }) {
  return (
    <nav aria-label="Kinds of events">
      <ul className="flex flex-wrap gap-1.5">
        {filters.map(([value, label]) => (
          <li key={label}>
            <Link
              href={value ? `/activity?type=${value}` : "/activity"}
              prefetch={false}
              aria-current={value === type ? "page" : undefined}
              className={classes(
                "inline-flex min-h-8 items-center rounded-full border px-3 text-13 font-medium transition-colors duration-150",
                value === type ? "border-transparent bg-accent-soft text-accent-strong" : "bg-surface text-quiet hover:border-edge hover:text-ink",
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

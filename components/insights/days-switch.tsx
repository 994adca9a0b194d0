import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { INSIGHT_DAYS, type InsightDays } from "@/lib/insights/schema";

/** Over how many days one looks, in the address. */
export function DaysSwitch({ days }: { days: InsightDays }) {
  return (
    <nav aria-label="Days">
      <ul className="inline-flex rounded-md border bg-surface p-0.5 text-13">
        {INSIGHT_DAYS.map((some) => (
          <li key={some}>
            <Link
              href={`/admin/insights?days=${some}`}
              prefetch={false}
              scroll={false}
              aria-current={some === days ? "page" : undefined}
              className={classes("inline-flex min-h-8 items-center rounded-sm px-2.5 font-medium whitespace-nowrap", some === days ? "bg-accent-soft text-accent-strong" : "text-quiet hover:text-ink")}
            >
              {some} days
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

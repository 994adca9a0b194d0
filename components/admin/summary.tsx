import Link from "next/link";
import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import type { SessionSummary } from "@/lib/admin/schema";
import { placeName } from "@/lib/core/place-name";

type Number = SessionSummary["live"];

/** "412"; "about 1.2 million", "more than 1,000" where nobody counted to the end. */
export function countWords({ count, exact }: Number): string {
  if (exact) return count.toLocaleString("en");
  if (count <= 1_000) return "more than 1,000";
  if (count < 1_000_000) return `about ${Math.round(count / 1_000).toLocaleString("en")},000`;
  return `about ${(count / 1_000_000).toFixed(1)} million`;
}

function Fact({ value, label, href, unusual }: { value: string; label: ReactNode; href?: string; unusual?: boolean }) {
  const words = (
    <>
      <span className={classes("figures block text-20 font-semibold tracking-tight", unusual && "text-unusual")}>{value}</span>
      <span className="block text-13 text-quiet">{label}</span>
    </>
  );
  return <li className="min-w-0">{href ? <Link href={href} prefetch={false} className="block rounded-sm underline-offset-2 hover:underline">{words}</Link> : words}</li>;
}

/** The first look: how many are live, from where, what is odd today. */
export function Summary({ summary }: { summary: SessionSummary }) {
  const { live, fresh, failed, countries, sample } = summary;
  const elsewhere = sample - countries.reduce((sum, { count }) => sum + count, 0);
  const share = (count: number) => `${Math.max(1, Math.round((count / sample) * 100))}%`;
  return (
    <section aria-label="At a glance" className="mb-5 flex flex-wrap items-start gap-x-10 gap-y-4">
      <ul className="flex flex-wrap gap-x-10 gap-y-4">
        <Fact value={countWords(live)} label="sessions are live" />
        <Fact value={countWords(fresh)} label="began within the hour" />
        {failed && (
          <Fact value={countWords(failed)} label="failed sign-ins in a day" unusual={failed.count > 0} {...(failed.count > 0 && { href: "/admin/audit?type=sign_in.failed" })} />
        )}
      </ul>
      {sample > 0 && (
        <div className="min-w-0">
          <h2 className="sr-only">Where the live sessions are</h2>
          <ul className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1 text-13">
            {countries.map(({ country, count }) => (
              <li key={country ?? "none"}>
                {country ? (
                  <Link href={`/admin/devices?country=${country}`} prefetch={false} className="underline-offset-2 hover:underline">
                    {placeName({ country, city: null }) ?? country}
                  </Link>
                ) : (
                  "Unknown place"
                )}{" "}
                <span className="figures text-quiet">{share(count)}</span>
              </li>
            ))}
            {elsewhere > 0 && (
              <li>
                Elsewhere <span className="figures text-quiet">{share(elsewhere)}</span>
              </li>
            )}
          </ul>
          <p className="mt-1 text-13 text-quiet">{live.exact && live.count <= sample ? "where they are" : `where the newest ${sample} are`}</p>
        </div>
      )}
    </section>
  );
}

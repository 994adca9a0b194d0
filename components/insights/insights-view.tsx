import { PageTitle } from "@/components/ui/page-title";
import { Time } from "@/components/ui/time";
import { classes } from "@/components/ui/classes";
import type { Insights } from "@/lib/insights/schema";
import { DaysSwitch } from "./days-switch";
import { findingsOf } from "./findings";
import type { MaySee } from "./lists";
import { Countries, Hours, People } from "./people-figures";
import { Ends, Lengths, NewDevices, Sessions, Software } from "./session-figures";
import { Failing, Failures, Rules, SignIns } from "./sign-in-figures";
import { Tips } from "./tips";
import { FactorsInUse, Mails, Pictures } from "./upkeep-figures";
import { daysWords } from "./words";

/** A report: what one finds first, then the pictures, each with its list, its table and its file. */
export function InsightsView({ insights, may }: { insights: Insights; may: MaySee }) {
  const { days, from, to, zone, countedAt } = insights;
  const about = { insights, may };
  return (
    <div className="max-w-[76rem]">
      <PageTitle title="Insights" action={<DaysSwitch days={days} />}>
        {daysWords(from, to)} ({zone}), compared with the {days} days before. {countedAt ? <>Counted <Time at={countedAt} />.</> : "Still being counted."}
      </PageTitle>
      <p className="mb-8 max-w-[56rem] text-20 text-pretty">
        {findingsOf(insights).map(({ words, unusual }) => (
          <span key={words} className={classes(unusual ? "text-unusual" : null)}>
            {words}{" "}
          </span>
        ))}
      </p>
      <Tips>
        <div className="grid gap-4 lg:grid-cols-2">
          <div className="min-w-0 lg:col-span-2">
            <SignIns {...about} />
          </div>
          <Countries {...about} />
          <Hours {...about} />
          <People {...about} />
        </div>
        <div className="mt-4 grid gap-4 md:grid-cols-2 lg:grid-cols-3">
          <Failures {...about} />
          <Rules {...about} />
          <Failing {...about} />
        </div>
        <div className="mt-4 grid gap-4 lg:grid-cols-2">
          <Sessions {...about} />
          <NewDevices {...about} />
        </div>
        <div className="mt-4 grid gap-4 md:grid-cols-2">
          <div className="grid min-w-0 gap-4">
            <Ends {...about} />
            <FactorsInUse {...about} />
          </div>
          <Lengths {...about} />
        </div>
        <div className="mt-4 grid gap-4 md:grid-cols-2 xl:grid-cols-4">
          <Software {...about} figure="browsers" title="Browsers" />
          <Software {...about} figure="systems" title="Systems" />
          <Software {...about} figure="kinds" title="Kinds of devices" />
          <Software {...about} figure="apps" title="Apps" />
        </div>
        <div className="mt-4 grid gap-4 md:grid-cols-2">
          <Pictures {...about} />
          <Mails {...about} />
        </div>
      </Tips>
      <p className="mt-8 text-13 text-quiet">
        Map: <a href="https://www.naturalearthdata.com" className="underline underline-offset-2 hover:text-ink">Natural Earth</a>, without borders, which it takes no side in.
      </p>
    </div>
  );
}

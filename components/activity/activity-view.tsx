import Link from "next/link";
import { Habits } from "@/components/insights/habits";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { Pager } from "@/components/ui/pager";
import { textLink } from "@/components/ui/text-link";
import type { Ip } from "@/lib/addresses/schema";
import type { Page } from "@/lib/core/page";
import type { EventType } from "@/lib/events/schema";
import type { SignInTime } from "@/lib/insights/schema";
import type { Activity } from "@/lib/sessions/schema";
import { ActivityFilter } from "./activity-filter";
import { Addresses } from "./addresses";
import { eventViews } from "./event-views";
import { Timeline } from "./timeline";

/** `times`: when one signed in within `days`, in one's own `zone`. */
type Props = { activity: Page<Activity>; addresses: Page<Ip>; times: SignInTime[]; zone: string; days: number; type: EventType | null; older: boolean };

export function ActivityView({ activity, addresses, times, zone, days, type, older }: Props) {
  const more = new URLSearchParams({ ...(type && { type }), ...(activity.nextCursor && { cursor: activity.nextCursor }) });
  return (
    <>
      <PageTitle title="Activity">
        What happened to your account, newest first. If something was not you, end that session under{" "}
        <Link href="/devices" prefetch={false} className={textLink}>
          Devices
        </Link>
        .
      </PageTitle>
      {type === null && !older && (
        <section aria-label={`The last ${days} days`} className="mb-8">
          <Habits times={times} zone={zone} days={days} whose="You" />
        </section>
      )}
      <div className="mb-6">
        <ActivityFilter type={type} />
      </div>
      {activity.items.length > 0 ? (
        <Timeline events={eventViews(activity.items, addresses.items)} />
      ) : (
        <Card className="px-5 py-8 text-center text-quiet">
          <p>Nothing of this kind has happened.</p>
          {(type || older) && (
            <p className="mt-1">
              <Link href="/activity" prefetch={false} className={textLink}>
                Show everything
              </Link>
            </p>
          )}
        </Card>
      )}
      <div className="mt-4">
        <Pager
          first={older ? { href: type ? `/activity?type=${type}` : "/activity", label: "Newest" } : null}
          next={activity.nextCursor ? { href: `/activity?${more}`, label: "Older" } : null}
        />
      </div>
      <section aria-labelledby="addresses-heading" className="mt-10">
        <h2 id="addresses-heading" className="mb-3 text-16 font-semibold">
          Addresses{addresses.nextCursor && <span className="figures ms-2 text-14 font-normal text-quiet">the latest {addresses.items.length}</span>}
        </h2>
        <Addresses addresses={addresses.items} />
      </section>
    </>
  );
}

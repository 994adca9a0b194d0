import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { textLink } from "@/components/ui/text-link";
import type { Ip } from "@/lib/addresses/schema";
import type { Page } from "@/lib/core/page";
import type { EventType } from "@/lib/events/schema";
import type { Activity } from "@/lib/sessions/schema";
import { ActivityFilter } from "./activity-filter";
import { Addresses } from "./addresses";
import { eventViews } from "./event-views";
import { Timeline } from "./timeline";

type Props = { activity: Page<Activity>; addresses: Ip[]; type: EventType | null; older: boolean };

export function ActivityView({ activity, addresses, type, older }: Props) {
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
      <div className="mb-6">
        <ActivityFilter type={type} />
      </div>
      {activity.items.length > 0 ? (
        <Timeline events={eventViews(activity.items, addresses)} />
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
      <div className="mt-4 flex gap-2">
        {older && (
          <Link href={type ? `/activity?type=${type}` : "/activity"} prefetch={false} className={buttonClasses()}>
            Newest
          </Link>
        )}
        {activity.nextCursor && (
          <Link href={`/activity?${more}`} prefetch={false} className={buttonClasses()}>
            Older
          </Link>
        )}
      </div>
      <section aria-labelledby="addresses-heading" className="mt-10">
        <h2 id="addresses-heading" className="mb-3 text-16 font-semibold">
          Addresses
        </h2>
        <Addresses addresses={addresses} />
      </section>
    </>
  );
}

import Link from "next/link";
import { Card } from "@/components/ui/card";
import { LiveList } from "@/components/ui/live-list";
import type { Session } from "@/lib/sessions/schema";
import type { DeviceActions } from "./device-actions";
import { DeviceCard } from "./device-card";
import { deviceViews } from "./device-views";
import { EndOthers } from "./end-others";
import { Glance } from "./glance";
import { PastSessions } from "./past-sessions";

type Props = {
  live: Session[];
  past: Session[];
  /** By session, the provider that it began with. */
  through: Readonly<Record<string, string>>;
  now: number;
  actions: DeviceActions;
  /** The device whose name is being written over, on a page without scripts. */
  renaming: string | null;
};

/** The product's face: who holds a key to the account, and the way to take it back. */
export function DevicesView({ live, past, through, now, actions, renaming }: Props) {
  const all = [...live, ...past];
  const devices = deviceViews(live, all, now, through);
  const gone = deviceViews(past, all, now, through);
  const others = live.filter((session) => !session.current).length;
  return (
    <>
      <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4 sm:flex-nowrap">
        <div className="min-w-0 max-w-[38rem]">
          <h1 id="devices-heading" tabIndex={-1} className="text-28 font-semibold tracking-tight outline-none">
            Your devices
          </h1>
          <p className="mt-1 text-quiet">
            {devices.length === 1 ? (
              "Only the device you are using is signed in."
            ) : (
              <>
                {devices.length} devices are signed in. If you don’t know one, end it and{" "}
                <Link href="/security" prefetch={false} className="text-accent underline underline-offset-2 hover:text-accent-strong">
                  change your password
                </Link>
                .
              </>
            )}
          </p>
        </div>
        {others > 0 && <EndOthers others={others} action={actions.endOthers} />}
      </div>
      <LiveList
        label="Signed-in devices"
        items={devices.map((device) => ({
          key: device.id,
          node: <DeviceCard device={device} actions={actions} renaming={renaming === device.id} />,
        }))}
      />
      <section aria-labelledby="glance-heading" className="mt-10">
        <h2 id="glance-heading" className="text-16 font-semibold">
          30 days at a glance
        </h2>
        <Card className="mt-3 px-4 pt-4 pb-3 sm:px-5">
          <Glance devices={deviceViews(all, all, now)} />
        </Card>
      </section>
      {past.length > 0 && (
        <div className="mt-8">
          <PastSessions devices={gone} live={new Set(devices.map((device) => device.id))} actions={actions} />
        </div>
      )}
    </>
  );
}

import Link from "next/link";
import type { ReactNode } from "react";
import { Addresses } from "@/components/activity/addresses";
import { DeviceIcon } from "@/components/devices/device-icon";
import { Habits } from "@/components/insights/habits";
import { Avatar } from "@/components/shell/avatar";
import { Badge } from "@/components/ui/badge";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import type { Ip } from "@/lib/addresses/schema";
import type { AdminEvent, AdminSession, AdminUser, UserFactors as Factors } from "@/lib/admin/schema";
import type { Device } from "@/lib/devices/schema";
import type { SignInTime } from "@/lib/insights/schema";
import type { AboutToDo, PickedBefore, ResetFactorsAction, SessionActions, UserActions } from "./admin-actions";
import { EventTable } from "./event-table";
import { ManageUser } from "./manage-user";
import { sessionRows } from "./row-views";
import { SessionTable } from "./session-table";
import { UserFactors } from "./user-factors";

/** Who holds more than the visitor is handed over without actions. */
const NOBODY: ReadonlySet<string> = new Set();

type Props = {
  user: AdminUser;
  /** Null for who may not see them. */
  live: AdminSession[] | null;
  ended: AdminSession[] | null;
  overview: { devices: Device[]; addresses: Ip[] } | null;
  /** When they signed in, as it is shown in the visitor's `zone`; null for who may not see both where they are and what they did. */
  times: SignInTime[] | null;
  zone: string;
  /** How far back those go. */
  days: number;
  events: AdminEvent[] | null;
  /** The roles that the visitor can give. */
  roles: string[];
  actions: SessionActions | null;
  manage: UserActions | null;
  factors: Factors;
  /** When it is to be deleted, and the way to ask for that; nothing where there is neither. */
  leaving: ReactNode;
  resetFactors: ResetFactorsAction | null;
  /** What the visitor was about to do here when they were asked first who they are. */
  typed: AboutToDo;
  typedPicks: PickedBefore | null;
  /** There is mail, so owners are told what is done to their account. */
  mail: boolean;
};

function Section({ title, children, more }: { title: string; children: ReactNode; more?: ReactNode }) {
  return (
    <section className="mt-8">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-16 font-semibold">{title}</h2>
        {more && <span className="text-13">{more}</span>}
      </div>
      {children}
    </section>
  );
}

/** One user: who they are, what they may do, and everything that holds a key to their account. */
export function UserView({ user, live, ended, overview, times, zone, days, events, roles, actions, manage, factors, leaving, resetFactors, typed, typedPicks, mail }: Props) {
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-5">
        <div className="flex min-w-0 items-center gap-4">
          <Avatar name={user.name} image={user.image?.small ?? null} />
          <div className="min-w-0">
            <h1 className="flex flex-wrap items-center gap-x-3 text-28 font-semibold tracking-tight">
              <bdi>{user.name}</bdi>
              {user.disabled && <Badge tone="unusual">Disabled</Badge>}
              {mail && !user.emailVerified && <Badge tone="quiet">Email not confirmed</Badge>}
            </h1>
            <p className="dots text-quiet">
              <bdi>{user.email}</bdi>
              <span>{user.role}</span>
            </p>
            <p className="dots text-13 text-quiet">
              <span>
                Account made <Time at={user.createdAt} />
              </span>
              <span>last seen {user.lastSeenAt ? <Time at={user.lastSeenAt} /> : "never"}</span>
            </p>
          </div>
        </div>
        {manage && <ManageUser user={user} roles={roles} actions={manage} mail={mail} typed={typed} />}
      </div>
      <Section title="Second step">
        <UserFactors user={user} factors={factors} action={resetFactors} mail={mail} again={typed.about === "factors"} />
      </Section>
      {live && (
        <Section
          title={live.length === 1 ? "1 live session" : `${live.length} live sessions`}
          more={
            <Link href={`/admin/devices?userId=${user.id}&status=all`} prefetch={false} className={textLink}>
              In the list of all devices
            </Link>
          }
        >
          {live.length > 0 ? <SessionTable caption="Live sessions" rows={sessionRows(live, NOBODY)} actions={actions} page={`/admin/users/${user.id}`} typed={typedPicks} ofOne /> : <p className="text-quiet">Signed in nowhere.</p>}
        </Section>
      )}
      {times && (
        <Section title={`The last ${days} days`}>
          <Habits times={times} zone={zone} days={days} whose="They" />
        </Section>
      )}
      {overview && (
        <>
          <Section title="Devices">
            {overview.devices.length > 0 ? (
              <ul className="divide-y rounded-lg border bg-surface text-13">
                {overview.devices.map((device) => (
                  <li key={device.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5" title={device.userAgent}>
                    <DeviceIcon kind={device.kind} size={16} />
                    <bdi className="font-medium">{device.name}</bdi>
                    {device.active && <Badge tone="live">In use</Badge>}
                    <span className="text-quiet max-sm:basis-full max-sm:ps-7 sm:ms-auto">
                      first <Time at={device.firstSeenAt} />
                    </span>
                  </li>
                ))}
              </ul>
            ) : (
              <p className="text-quiet">None yet.</p>
            )}
          </Section>
          <Section title="Addresses">{overview.addresses.length > 0 ? <Addresses addresses={overview.addresses} /> : <p className="text-quiet">None yet.</p>}</Section>
        </>
      )}
      {events && (
        <Section
          title="What happened"
          more={
            <Link href={`/admin/audit?userId=${user.id}`} prefetch={false} className={textLink}>
              All of it in the audit log
            </Link>
          }
        >
          {events.length > 0 ? <EventTable events={events} ofOne /> : <p className="text-quiet">Nothing yet.</p>}
        </Section>
      )}
      {ended && ended.length > 0 && (
        <Section title="Ended sessions">
          <SessionTable caption="Ended sessions" rows={sessionRows(ended, NOBODY)} actions={null} page={`/admin/users/${user.id}`} ofOne />
        </Section>
      )}
      <div className="mt-8 empty:hidden">{leaving}</div>
    </>
  );
}

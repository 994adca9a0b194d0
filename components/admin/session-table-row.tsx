"use client";

import Link from "next/link";
import { DeviceIcon } from "@/components/devices/device-icon";
import { LastUse } from "@/components/devices/last-use";
import { Avatar } from "@/components/shell/avatar";
import { Badge } from "@/components/ui/badge";
import { classes } from "@/components/ui/classes";
import { Time } from "@/components/ui/time";
import type { SessionActions } from "./admin-actions";
import { EndRow } from "./end-row";
import type { SessionRow } from "./row-views";

type Props = { row: SessionRow; actions: SessionActions | null; ofOne: boolean; formId: string; picked: boolean; onPick: (on: boolean) => void };

const cell = "lg:h-10 lg:px-2 lg:py-0.5 lg:first:ps-4 lg:last:pe-4";

function Who({ id, user }: { id: string; user: SessionRow["user"] }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="max-lg:hidden">
        <Avatar name={user.name} image={user.image} />
      </span>
      <span className="flex min-w-0 gap-x-2 leading-tight lg:block">
        <Link id={`who-${id}`} href={`/admin/users/${user.id}`} prefetch={false} className="block max-w-full shrink-0 truncate font-medium text-ink underline-offset-2 hover:underline lg:max-w-[12rem] xl:max-w-[16rem]">
          <bdi>{user.name}</bdi>
        </Link>
        <bdi className="block truncate text-quiet max-sm:hidden lg:max-w-[12rem] xl:max-w-[16rem]">{user.email}</bdi>
      </span>
    </span>
  );
}

export function SessionTableRow({ row, actions, ofOne, formId, picked, onPick }: Props) {
  const { id, user, device, endedAt, current } = row;
  return (
    <tr
      className={classes(
        "max-lg:grid max-lg:grid-cols-[auto_minmax(0,1fr)_auto] max-lg:items-center max-lg:gap-x-3 max-lg:gap-y-0.5 max-lg:px-4 max-lg:py-2 lg:*:border-b lg:last:*:border-b-0",
        picked ? "bg-accent-soft" : "hover:bg-sunken focus-within:bg-sunken",
      )}
    >
      {actions && (
        <td className={classes(cell, "max-lg:row-span-2")}>
          <input
            type="checkbox"
            form={formId}
            name={`pick.${id}`}
            aria-labelledby={`who-${id} device-${id}`}
            disabled={endedAt !== null || current || row.beyond}
            checked={picked}
            onChange={(event) => onPick(event.target.checked)}
            className="block size-4 accent-accent disabled:opacity-40"
          />
        </td>
      )}
      <td className={classes(cell, "min-w-0", ofOne && "lg:hidden", !actions && "max-lg:col-span-2")}>
        <Who id={id} user={user} />
      </td>
      <td className={classes(cell, "whitespace-nowrap text-end lg:order-none lg:hidden")}>
        {endedAt ? <span className="text-quiet">{row.endWords}</span> : <LastUse at={row.lastSeenAt} current={current} />}
      </td>
      <td className={classes(cell, "min-w-0 max-lg:text-quiet", actions ? "max-lg:col-start-2" : "max-lg:col-span-3", ofOne && !actions && "lg:ps-4")}>
        <span className="flex min-w-0 items-center gap-1.5" title={row.userAgent}>
          <DeviceIcon kind={row.kind} size={15} />
          <bdi id={`device-${id}`} className="truncate lg:max-w-[9rem] xl:max-w-[12rem]">
            {device}
          </bdi>
          {current && <Badge tone="accent">You</Badge>}
          <span className="truncate lg:hidden max-sm:hidden">· {row.place ?? row.address}</span>
        </span>
      </td>
      <td className={classes(cell, "max-lg:hidden")}>
        <span className="block whitespace-nowrap leading-tight">
          {row.place && <span className="block">{row.place}</span>}
          <span className="figures block text-quiet">{row.address}</span>
        </span>
      </td>
      <td className={classes(cell, "whitespace-nowrap text-quiet max-lg:hidden")}>
        <Time at={row.createdAt} />
      </td>
      <td className={classes(cell, "whitespace-nowrap max-lg:hidden")}>{endedAt ? <span className="text-quiet"><Time at={row.lastSeenAt} /></span> : <LastUse at={row.lastSeenAt} current={current} />}</td>
      <td className={classes(cell, "text-quiet max-lg:hidden")}>
        {endedAt ? (
          <span className="block leading-tight">
            <span className="block">{row.endWords}</span>
            <Time at={endedAt} />
          </span>
        ) : (
          <>
            in <Time at={row.expiresAt} form="remaining" />
          </>
        )}
      </td>
      {actions && (
        <td className={classes(cell, "text-end")}>
          {endedAt === null && !current && (row.beyond ? <span className="text-quiet">Beyond your role</span> : <EndRow row={row} action={actions.endSession} />)}
        </td>
      )}
    </tr>
  );
}

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
      <span className="flex min-w-0 gap-x-2 leading-tight max-sm:flex-wrap lg:block">
        <Link id={`who-${id}`} href={`/admin/users/${user.id}`} prefetch={false} className="block max-w-full shrink-0 truncate font-medium text-ink underline-offset-2 hover:underline lg:max-w-[12rem] xl:max-w-[16rem]">
          <bdi>{user.name}</bdi>
        </Link>
        <bdi className="block text-quiet sm:truncate lg:max-w-[12rem] xl:max-w-[16rem]">{user.email}</bdi>
      </span>
    </span>
  );
}

export function SessionTableRow({ row, actions, ofOne, formId, picked, onPick }: Props) {
  const { id, user, device, endedAt, current } = row;
  return (
    <tr
      data-of-one={ofOne || undefined}
      className={classes(
        "session-row max-lg:items-center max-lg:gap-x-3 max-lg:gap-y-0.5 max-lg:pe-4 max-lg:py-2 lg:*:border-b lg:last:*:border-b-0",
        // The column of boxes is empty, but keeps its gap.
        actions ? "max-lg:ps-4" : "max-lg:ps-1",
        picked ? "bg-accent-soft" : "hover:bg-sunken focus-within:bg-sunken",
      )}
    >
      {actions && (
        <td className={classes(cell, "[grid-area:pick]")}>
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
      <td className={classes(cell, "min-w-0 [grid-area:who]", ofOne && "hidden")}>
        <Who id={id} user={user} />
      </td>
      <td className={classes(cell, "text-end [grid-area:use] lg:hidden")}>
        {endedAt ? <span className="text-quiet">{row.endWords}</span> : <LastUse at={row.lastSeenAt} current={current} />}
      </td>
      <td className={classes(cell, "min-w-0 [grid-area:device]", ofOne ? "max-lg:font-medium" : "max-lg:text-quiet", ofOne && !actions && "lg:ps-4")}>
        <span className="flex min-w-0 items-center gap-1.5" title={row.userAgent}>
          <DeviceIcon kind={row.kind} size={15} />
          <bdi id={`device-${id}`} className="leading-tight sm:truncate lg:max-w-[9rem] xl:max-w-[12rem]">
            {device}
          </bdi>
          {current && <Badge tone="accent">You</Badge>}
        </span>
      </td>
      <td className={classes(cell, "min-w-0 [grid-area:where]")}>
        <span className="block leading-tight max-lg:text-quiet lg:whitespace-nowrap">
          {row.place && <span className="block">{row.place}</span>}
          <span className="figures block text-quiet">{row.address}</span>
        </span>
      </td>
      <td className={classes(cell, "whitespace-nowrap text-quiet max-lg:hidden")}>
        <Time at={row.createdAt} />
        {row.through !== null && (
          <span className="block leading-tight">
            through <bdi>{row.through}</bdi>
          </span>
        )}
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
        <td className={classes(cell, "text-end [grid-area:end]")}>
          {endedAt === null && !current && (row.beyond ? <span className="text-quiet">Beyond your role</span> : <EndRow row={row} action={actions.endSession} />)}
        </td>
      )}
    </tr>
  );
}

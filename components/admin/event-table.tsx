import Link from "next/link";
import { EventIcon } from "@/components/activity/event-icon";
import { Time } from "@/components/ui/time";
import type { AdminEvent, Owner } from "@/lib/admin/schema";
import { placeName } from "@/lib/core/place-name";
import { detailWords, isRefusal, isStrangers, noteOf, typeWords } from "./admin-event-words";

const cell = "md:h-10 md:px-2 md:py-0.5 md:first:ps-4 md:last:pe-4";
const heading = "px-2 py-2 text-start font-medium first:ps-4 last:pe-4 lg:sticky lg:top-[var(--table-top,0px)] lg:z-[1] bg-surface border-b first:rounded-ss-lg last:rounded-se-lg";

function Person({ user }: { user: Owner }) {
  return (
    <Link href={`/admin/users/${user.id}`} prefetch={false} className="underline-offset-2 hover:underline">
      <bdi>{user.email}</bdi>
    </Link>
  );
}

function EventRow({ event, ofOne }: { event: AdminEvent; ofOne: boolean }) {
  const words = detailWords(event);
  const note = noteOf(event);
  const place = event.ip && placeName(event.ip);
  return (
    <tr className="hover:bg-sunken max-md:grid max-md:grid-cols-[auto_minmax(0,1fr)] max-md:gap-x-3 max-md:px-4 max-md:py-2 md:*:border-b md:last:*:border-b-0">
      <td className={`${cell} max-md:row-span-5 md:w-12`}>
        <EventIcon type={event.type} unusual={isRefusal(event)} />
      </td>
      <td className={`${cell} min-w-0`}>
        <span className="block leading-tight">
          <span className="font-medium">{typeWords[event.type]}</span>
          {words && (
            <span className="text-quiet">
              : <bdi>{words}</bdi>
            </span>
          )}
          {note && (
            <span className="block">
              <bdi>“{note}”</bdi>
            </span>
          )}
        </span>
      </td>
      {!ofOne && (
        <td className={`${cell} min-w-0 max-md:order-last max-md:col-start-2`}>{event.user ? <Person user={event.user} /> : <span className="text-quiet max-md:hidden">nobody’s account</span>}</td>
      )}
      <td className={`${cell} min-w-0 text-quiet max-md:order-last max-md:col-start-2`}>
        {event.by ? (
          <>
            by <Person user={event.by} />
          </>
        ) : event.actor === "system" ? (
          <span className="max-md:hidden">automatically</span>
        ) : (
          <span className="max-md:hidden">{event.actor === "admin" ? "by an administrator" : isStrangers(event) ? "unknown" : "its owner"}</span>
        )}
      </td>
      <td className={`${cell} min-w-0 text-quiet max-md:order-last max-md:col-start-2`}>
        <span className="block leading-tight">
          {event.device && <bdi className="block">{event.device.name}</bdi>}
          {event.ip && (
            <span className="dots">
              <span className="figures">{event.ip.address}</span>
              {place && <span>{place}</span>}
            </span>
          )}
        </span>
      </td>
      <td className={`${cell} whitespace-nowrap text-quiet max-md:order-last max-md:col-start-2`}>
        <Time at={event.at} form="short" />
      </td>
    </tr>
  );
}

/** What happened, to whom, by whom, from where, when. */
export function EventTable({ events, ofOne = false }: { events: AdminEvent[]; ofOne?: boolean }) {
  return (
    <table className="block w-full rounded-lg border bg-surface text-13 md:table md:border-separate md:border-spacing-0">
      <caption className="sr-only">Events, newest first</caption>
      <thead className="max-md:sr-only">
        <tr className="text-quiet">
          <th scope="col" className={heading}>
            <span className="sr-only">Kind</span>
          </th>
          {["What", ...(ofOne ? [] : ["Whose account"]), "By", "On and from", "When"].map((words) => (
            <th key={words} scope="col" className={heading}>
              {words}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block max-md:divide-y">
        {events.map((event) => (
          <EventRow key={event.id} event={event} ofOne={ofOne} />
        ))}
      </tbody>
    </table>
  );
}

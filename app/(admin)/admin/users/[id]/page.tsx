import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { visitorZone } from "@/app/visitor-zone";
import { DeleteUser } from "@/components/admin/delete-user";
import { UserView } from "@/components/admin/user-view";
import { PlaceSource } from "@/components/ui/place-source";
import { listRoles } from "@/lib/access/list-roles";
import { findBeyondReach } from "@/lib/access/reach";
import { requirePermission } from "@/lib/access/require-permission";
import { getUser } from "@/lib/admin/get-user";
import { listAllEvents } from "@/lib/admin/list-all-events";
import { listAllSessions } from "@/lib/admin/list-all-sessions";
import { getDeletion } from "@/lib/admin/user-deletion";
import { getUserFactors } from "@/lib/admin/user-factors";
import { userOverview } from "@/lib/admin/user-overview";
import { isFailure } from "@/lib/core/errors";
import { habitDays, listSignInTimes } from "@/lib/insights/sign-in-times";
import { requireAdministrator } from "@/lib/web/page";
import { endSelectedAction, endSessionAction } from "../../devices/actions";
import { unpackPicks } from "../../devices/packed-picks";
import { typedHere } from "../../typed-here";
import { changeRoleAction, deleteUserAction, keepUserAction, makeResetLinkAction, resetFactorsAction, setDisabledAction } from "../actions";

export const metadata: Metadata = { title: "User" };

const SESSIONS = 50;
const EVENTS = 20;

export default async function UserPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const { context, within } = await requireAdministrator(`/admin/users/${id}`, "users.read");
  const [user, factors, deletion] = await within(Promise.all([getUser(context, id), getUserFactors(context, id), getDeletion(context, id)]));
  if (isFailure(user) || isFailure(factors)) return notFound();
  const typed = await typedHere(context, `/admin/users/${id}`);
  const [sessionReader, eventReader] = await within(
    Promise.all([requirePermission(context, "sessions.read"), requirePermission(context, "events.read")]),
  );
  const [live, ended, events, roles, beyond, times, zone] = await within(
    Promise.all([
      isFailure(sessionReader) ? null : listAllSessions(sessionReader, { userId: id, status: "active", sort: "newest", limit: SESSIONS }),
      isFailure(sessionReader) ? null : listAllSessions(sessionReader, { userId: id, status: "ended", sort: "newest", limit: SESSIONS }),
      isFailure(eventReader) ? null : listAllEvents(eventReader, { userId: id, limit: EVENTS }),
      listRoles(context),
      findBeyondReach(context, [id]),
      isFailure(sessionReader) || isFailure(eventReader) ? null : listSignInTimes(sessionReader, eventReader, id),
      visitorZone(),
    ]),
  );
  const open = live === null || isFailure(live) ? [] : live.items;
  const overview = isFailure(sessionReader) ? null : await within(userOverview(sessionReader, id, open));
  const reached = !beyond.has(id);
  return (
    <>
      <UserView
        user={user}
        live={live === null || isFailure(live) ? null : open}
        ended={ended === null || isFailure(ended) ? null : ended.items}
        events={events === null || isFailure(events) ? null : events.items}
        overview={overview}
        times={times}
        zone={zone}
        days={habitDays(context)}
        roles={roles.items.filter(({ permissions }) => permissions.every((permission) => context.held.has(permission))).map(({ name }) => name)}
        actions={reached && context.held.has("sessions.end") ? { endSession: endSessionAction, endSelected: endSelectedAction } : null}
        manage={reached && context.held.has("users.manage") ? { changeRole: changeRoleAction, setDisabled: setDisabledAction, makeResetLink: makeResetLinkAction } : null}
        factors={factors}
        leaving={
          <DeleteUser
            user={user}
            deletion={deletion}
            days={context.settings.ACCOUNT_DELETION_DAYS}
            actions={reached && context.held.has("users.manage") && id !== context.actor.userId ? { deleteUser: deleteUserAction, keepUser: keepUserAction } : null}
            typed={typed}
          />
        }
        resetFactors={reached && context.held.has("factors.reset") ? resetFactorsAction : null}
        typed={typed}
        typedPicks={typed.picked === undefined ? null : { picked: unpackPicks(typed.picked, open.map((session) => session.id)), reason: typed.reason ?? "" }}
        mail={context.mailer !== null}
      />
      {(overview || events) && <PlaceSource included={context.geo.included} />}
    </>
  );
}

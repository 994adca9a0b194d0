import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { approvalOutcomes } from "@/components/approvals/approval-actions";
import { ApprovalNotice } from "@/components/approvals/approval-notice";
import { WaitingCard } from "@/components/approvals/waiting-card";
import { DevicesView } from "@/components/devices/devices-view";
import { PasskeyOffer } from "@/components/devices/passkey-offer";
import { PlaceSource } from "@/components/ui/place-source";
import { approvalWaits } from "@/lib/auth/approval-waits";
import { listApprovals } from "@/lib/auth/list-approvals";
import { isFailure } from "@/lib/core/errors";
import { ownBeganThrough } from "@/lib/providers/began-through";
import { listAccountSessions } from "@/lib/sessions/list-account-sessions";
import { requireUser } from "@/lib/web/page";
import { approvalActions } from "../approvals";
import { addPasskeyAction } from "../security/factor-actions";
import { endOthersAction, endSessionAction, forgetDeviceAction, renameDeviceAction, stopTrustingAction } from "./actions";

export const metadata: Metadata = { title: "Devices" };

const actions = {
  endSession: endSessionAction,
  endOthers: endOthersAction,
  forgetDevice: forgetDeviceAction,
  stopTrusting: stopTrustingAction,
  renameDevice: renameDeviceAction,
};

export default async function DevicesPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user, session, within } = await requireUser("/devices");
  const { rename, approval } = await searchParams;
  const isNew = Date.parse(session.createdAt) > context.clock.now() - context.settings.STEP_UP_MINUTES * 60_000;
  const [{ live, past, beside: waits }, through] = await within(Promise.all([listAccountSessions(context, approvalWaits(user.id)), ownBeganThrough(context)]));
  const approvals = waits ? await within(listApprovals(context, { limit: 1 })) : null;
  const waiting = approvals === null || isFailure(approvals) ? undefined : approvals.items[0];
  const outcome = approvalOutcomes.find((known) => known === approval);
  return (
    <>
      {waiting && <WaitingCard approval={waiting} actions={approvalActions} />}
      {outcome && !waiting && <ApprovalNotice outcome={outcome} />}
      {isNew && (user.emailVerified || !context.mailer) && <PasskeyOffer userId={user.id} action={addPasskeyAction} waits={waiting !== undefined} />}
      <DevicesView live={live} past={past} through={through} now={context.clock.now()} actions={actions} renaming={typeof rename === "string" ? rename : null} />
      <PlaceSource included={context.geo.included} />
    </>
  );
}

import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { DevicesView } from "@/components/devices/devices-view";
import { PlaceSource } from "@/components/ui/place-source";
import { listAccountSessions } from "@/lib/sessions/list-account-sessions";
import { requireUser } from "@/lib/web/page";
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
  const { context, within } = await requireUser("/devices");
  const { rename } = await searchParams;
  const { live, past } = await within(listAccountSessions(context));
  return (
    <>
      <DevicesView live={live} past={past} now={context.clock.now()} actions={actions} renaming={typeof rename === "string" ? rename : null} />
      <PlaceSource included={context.geo.included} />
    </>
  );
}

import type { Metadata } from "next";
import { LinkMissing, LinkOver, WentBack } from "@/components/auth/link-ends";
import { WayBack } from "@/components/auth/way-back";
import { PlaceSource } from "@/components/ui/place-source";
import { shownLink } from "@/lib/web/current-link";
import { currentVisitor } from "@/lib/web/page";
import { undoAction } from "./actions";

export const metadata: Metadata = { title: "Undo a change" };

export default async function UndoPage() {
  const { context } = await currentVisitor();
  const mail = context.mailer !== null;
  const link = await shownLink(context, "undo");
  if (link.is === "done") return <WentBack did={link.did} mail={mail} />;
  if (link.is === "over") return <LinkOver page="undo" mail={mail} />;
  if (link.is === "none") return <LinkMissing mail={mail} />;
  return <WayBack action={undoAction} label="Undo this change" link={link.view} source={<PlaceSource included={context.geo.included} className="mt-3" />} />;
}

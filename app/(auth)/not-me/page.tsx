import type { Metadata } from "next";
import { LinkMissing, LinkOver, WentBack } from "@/components/auth/link-ends";
import { WayBack } from "@/components/auth/way-back";
import { PlaceSource } from "@/components/ui/place-source";
import { shownLink } from "@/lib/web/current-link";
import { currentVisitor } from "@/lib/web/page";
import { notMeAction } from "./actions";

export const metadata: Metadata = { title: "Was this you?" };

export default async function NotMePage() {
  const { context } = await currentVisitor();
  const mail = context.mailer !== null;
  const link = await shownLink(context, "not-me");
  if (link.is === "done") return <WentBack did={link.did} mail={mail} />;
  if (link.is === "over") return <LinkOver page="not-me" mail={mail} />;
  if (link.is === "none") return <LinkMissing mail={mail} />;
  return <WayBack action={notMeAction} label="This wasn't me" link={link.view} source={<PlaceSource included={context.geo.included} className="mt-3" />} />;
}

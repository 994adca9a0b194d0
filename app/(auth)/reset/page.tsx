import type { Metadata } from "next";
import { LinkMissing, LinkOver } from "@/components/auth/link-ends";
import { PasswordIsSet, SetPassword } from "@/components/auth/set-password";
import { PlaceSource } from "@/components/ui/place-source";
import { type OpensToo, whatOpensToo } from "@/lib/auth/what-opens-too";
import { withinRequest } from "@/lib/core/deadline";
import { shownLink } from "@/lib/web/current-link";
import { currentVisitor } from "@/lib/web/page";
import { assessPasswordAction } from "../assess-password-action";
import { resetAction } from "./actions";

const NOTHING: OpensToo = { passkeys: [], identities: [], secondStep: false };

export const metadata: Metadata = { title: "Set a new password" };

/** A new password, by the link of a mail or by one that an administrator handed over. */
export default async function ResetPage() {
  const { context } = await currentVisitor();
  const mail = context.mailer !== null;
  const link = await shownLink(context, "reset");
  if (link.is === "done") {
    const { userId } = link.did;
    return <PasswordIsSet did={link.did} too={userId ? await withinRequest(context, whatOpensToo(context, userId)) : NOTHING} />;
  }
  if (link.is === "over") return <LinkOver page="reset" mail={mail} />;
  if (link.is === "none") return <LinkMissing mail={mail} />;
  return (
    <SetPassword
      link={link.view}
      did={link.did}
      action={resetAction}
      assess={assessPasswordAction}
      minimum={context.settings.PASSWORD_MIN_LENGTH}
      source={<PlaceSource included={context.geo.included} className="mt-3" />}
    />
  );
}

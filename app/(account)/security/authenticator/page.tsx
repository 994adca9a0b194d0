import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AppSetUp } from "@/components/security/app-set-up";
import { QrCode } from "@/components/security/qr-code";
import { PageTitle } from "@/components/ui/page-title";
import { pendingTotp } from "@/lib/auth/pending-totp";
import { readSecurity } from "@/lib/auth/read-security";
import { isFailure } from "@/lib/core/errors";
import { requireUser } from "@/lib/web/page";
import { readProof } from "@/lib/web/proof-cookie";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { makeCodesAction } from "../factor-actions";
import { confirmAppAction } from "./actions";

export const metadata: Metadata = { title: "Authenticator app" };

const HERE = "/security/authenticator";

/** The secret of an authenticator app, while it is being set up by this session; after its first code what is shown once. */
export default async function AuthenticatorPage() {
  const { context, user, within } = await requireUser(HERE);
  const requestHeaders = await headers();
  const pending = await within(pendingTotp(context, { secret: readProof(context.settings, requestHeaders) }));
  if (isFailure(pending) && pending.failure === "proof_required") redirect(`/confirm?next=${encodeURIComponent(HERE)}`);
  const security = isFailure(pending) ? await within(readSecurity(context)) : null;
  const since = security && !isFailure(security) && security.totp ? security.totp.since : null;
  const typed = await readTypedCookie(context.settings, requestHeaders.get("cookie"), HERE);
  return (
    <>
      <PageTitle title="Authenticator app">
        An app on your phone that shows a code of six digits, a new one every 30 seconds. You are asked for it after your password.
      </PageTitle>
      <AppSetUp
        email={user.email}
        secret={isFailure(pending) ? null : pending.secret}
        picture={isFailure(pending) ? null : <QrCode text={pending.uri} label="The key as a picture, for your app to scan" />}
        before={typed.code}
        action={confirmAppAction}
        since={since}
        makeCodes={makeCodesAction}
      />
    </>
  );
}

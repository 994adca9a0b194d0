import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { ProviderTrouble } from "@/components/auth/provider-trouble";
import { ConfirmView } from "@/components/auth/confirm-view";
import { readOwnSession } from "@/lib/auth/own-session";
import { waysToProve } from "@/lib/auth/require-proof";
import { isStepUpCodeSent } from "@/lib/auth/step-up-code";
import { isFailure } from "@/lib/core/errors";
import { secondStepOf } from "@/lib/factors/second-step";
import { listProviders } from "@/lib/providers/list-providers";
import { requireUser } from "@/lib/web/page";
import { chosenWay } from "../chosen-way";
import { nextPath } from "../next-path";
import { confirmAction, sendProofCodeAction } from "./actions";

export const metadata: Metadata = { title: "Confirm that it is you" };

/** A step-up: who is signed in here proves it once more before the account is changed. */
export default async function ConfirmPage({ searchParams }: { searchParams: SearchParams }) {
  const { next: asked, way, trouble, provider } = await searchParams;
  const next = nextPath(asked) ?? "/security";
  const { context, user, within } = await requireUser(`/confirm?next=${encodeURIComponent(next)}`);
  const own = await within(readOwnSession(context));
  const ways = isFailure(own) ? [] : waysToProve(own);
  const isSent = !isFailure(own) && ways.includes("email_code") && (await within(isStepUpCodeSent(context, own)));
  return (
    <ConfirmView
      user={user}
      notice={trouble !== undefined && <ProviderTrouble purpose="prove" trouble={trouble} provider={provider} items={listProviders(context)} />}
      next={next}
      ways={ways}
      way={ways.length > 0 ? chosenWay(ways, way) : null}
      labels={Object.fromEntries(context.settings.OIDC_PROVIDERS.map(({ name, label }) => [name, label]))}
      secondStep={!isFailure(own) && secondStepOf(own.factors) !== null}
      mail={context.mailer !== null}
      isSent={isSent}
      sendCode={sendProofCodeAction}
      confirm={confirmAction}
    />
  );
}

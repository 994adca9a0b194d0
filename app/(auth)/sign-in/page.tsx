import type { Metadata } from "next";
import Link from "next/link";
import type { SearchParams } from "@/app/search-params";
import { AuthCard } from "@/components/auth/auth-card";
import { EndedNotice } from "@/components/auth/ended-notice";
import { ProviderTrouble } from "@/components/auth/provider-trouble";
import { SignInForm } from "@/components/auth/sign-in-form";
import { SignedInNotice } from "@/components/auth/signed-in-notice";
import { PlaceSource } from "@/components/ui/place-source";
import { textLink } from "@/components/ui/text-link";
import { offeredProviders } from "@/lib/web/offered-providers";
import { currentVisitor } from "@/lib/web/page";
import { nextPath } from "../next-path";
import { signInAction, signInByPasskeyAction } from "./actions";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await searchParams;
  const { context, user, ended } = await currentVisitor();
  const next = nextPath(query.next);
  const providers = await offeredProviders(context);
  const fellOut = !user && (ended !== null || query.ended === "1");
  return (
    <AuthCard
      title={fellOut ? "Sign in again" : "Sign in"}
      notice={fellOut ? <EndedNotice ended={ended} mail={context.mailer !== null} canKeep={context.settings.ACCOUNT_DELETION_DAYS > 0} source={<PlaceSource included={context.geo.included} className="mt-2" />} /> : user && <SignedInNotice name={user.name} />}
      foot={
        <>
          No account yet?{" "}
          <Link href={next ? `/sign-up?next=${encodeURIComponent(next)}` : "/sign-up"} prefetch={false} className={textLink}>
            Create one
          </Link>
        </>
      }
    >
      <div className="space-y-4">
        <ProviderTrouble purpose="sign_in" trouble={query.trouble} provider={query.provider} items={providers.items} />
        <SignInForm action={signInAction} byPasskey={signInByPasskeyAction} next={next} mail={context.mailer !== null} providers={providers} />
      </div>
    </AuthCard>
  );
}

import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import type { SearchParams } from "@/app/search-params";
import { AuthCard } from "@/components/auth/auth-card";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { SignedInNotice } from "@/components/auth/signed-in-notice";
import { textLink } from "@/components/ui/text-link";
import { listLinkedOnly } from "@/lib/providers/list-providers";
import { offeredProviders } from "@/lib/web/offered-providers";
import { currentVisitor } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { assessPasswordAction } from "../assess-password-action";
import { nextPath } from "../next-path";
import { signUpAction } from "./actions";

export const metadata: Metadata = { title: "Create account" };

export default async function SignUpPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user } = await currentVisitor();
  const next = nextPath((await searchParams).next);
  const before = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/sign-up");
  const linkedOnly = new Set(listLinkedOnly(context).map(({ name }) => name));
  const { items, last } = await offeredProviders(context);
  return (
    <AuthCard
      title="Create your account"
      notice={user && <SignedInNotice name={user.name} />}
      foot={
        <>
          Have an account?{" "}
          <Link href={next ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in"} prefetch={false} className={textLink}>
            Sign in
          </Link>
        </>
      }
    >
      <SignUpForm action={signUpAction} assess={assessPasswordAction} minimum={context.settings.PASSWORD_MIN_LENGTH} next={next} before={before} mayUsePasskey={user === null} />
      <ProviderButtons items={items.filter(({ name }) => !linkedOnly.has(name))} last={last} next={next} />
    </AuthCard>
  );
}

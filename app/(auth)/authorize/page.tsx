import type { Metadata } from "next";
import { headers } from "next/headers";
import type { SearchParams } from "@/app/search-params";
import { AppUnknown } from "@/components/auth/app-unknown";
import { AuthorizeView } from "@/components/auth/authorize-view";
import { answerAddress, authorizationPath, fieldsOf, readAuthorizationRequest } from "@/lib/auth/authorization-request";
import { isFailure } from "@/lib/core/errors";
import { currentVisitor, requireUser } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { authorizeAction } from "./actions";

export const metadata: Metadata = { title: "Sign in to an app" };

/** An app has opened the browser and asks to be signed in as whoever sits there. What is wrong with its request is told here, whoever asks. */
export default async function AuthorizePage({ searchParams }: { searchParams: SearchParams }) {
  const { settings } = (await currentVisitor()).context;
  const request = readAuthorizationRequest(settings, await searchParams);
  if (isFailure(request)) return <AppUnknown errors={request.errors ?? []} />;
  const here = authorizationPath(request);
  const { user } = await requireUser(here);
  const typed = await readTypedCookie(settings, (await headers()).get("cookie"), here);
  return (
    <AuthorizeView
      user={user}
      redirectUri={request.redirectUri}
      device={request.device}
      fields={fieldsOf(request)}
      again={typed.pressed !== undefined}
      action={authorizeAction}
      cancel={answerAddress(settings, request, { error: "access_denied" })}
      asAnother={`/sign-in?next=${encodeURIComponent(here)}`}
    />
  );
}

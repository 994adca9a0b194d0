import type { Metadata } from "next";
import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { MessagePage } from "@/components/ui/message-page";
import { Retry } from "@/components/ui/retry";
import { currentVisitor } from "@/lib/web/page";

export const metadata: Metadata = { title: "One moment" };

/**
 * What the middleware shows, with status 503, while nobody can say who is asking: nobody is signed out by it. A
 * sign-out that no store has confirmed yet leads here too.
 */
export default async function UnavailablePage() {
  const { ended } = await currentVisitor();
  if (ended) {
    return (
      <MessagePage
        title="You are signed out"
        action={
          <Link href="/sign-in" prefetch={false} className={buttonClasses()}>
            Sign in again
          </Link>
        }
      >
        <p>Your session has ended. It may take a few seconds until that holds everywhere.</p>
      </MessagePage>
    );
  }
  return (
    <MessagePage title="One moment" action={<Retry />}>
      <noscript>
        <meta httpEquiv="refresh" content="5" />
      </noscript>
      <p>Latchkey cannot look up your session right now. You have not been signed out.</p>
    </MessagePage>
  );
}

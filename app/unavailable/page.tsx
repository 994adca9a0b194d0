import type { Metadata } from "next";
import { connection } from "next/server";
import { MessagePage } from "@/components/ui/message-page";
import { Retry } from "@/components/ui/retry";

export const metadata: Metadata = { title: "One moment" };

/** What the middleware shows, with status 503, while nobody can say who is asking. Nobody is signed out by it. */
export default async function UnavailablePage() {
  await connection();
  return (
    <MessagePage title="One moment" action={<Retry />}>
      <noscript>
        <meta httpEquiv="refresh" content="5" />
      </noscript>
      <p>Latchkey cannot look up your session right now. You have not been signed out.</p>
    </MessagePage>
  );
}

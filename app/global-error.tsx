"use client";

import { Button } from "@/components/ui/button";
import { MessagePage } from "@/components/ui/message-page";
import "./globals.css";

/** In place of the whole document, when even its frame failed. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body className="font-sans">
        <title>Something went wrong · Latchkey</title>
        <MessagePage title="Something went wrong" action={<Button onClick={() => window.location.reload()}>Try again</Button>}>
          <p>The fault is on our side. Your sessions are as they were, and you have not been signed out.</p>
        </MessagePage>
      </body>
    </html>
  );
}

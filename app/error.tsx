"use client";

import { Button } from "@/components/ui/button";
import { MessagePage } from "@/components/ui/message-page";

export default function ErrorPage() {
  return (
    <MessagePage title="Something went wrong" action={<Button onClick={() => window.location.reload()}>Try again</Button>}>
      <p>The fault is on our side. Your sessions are as they were, and you have not been signed out.</p>
    </MessagePage>
  );
}

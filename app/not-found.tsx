import type { Metadata } from "next";
import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { MessagePage } from "@/components/ui/message-page";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing here"
      action={
        <Link href="/devices" prefetch={false} className={buttonClasses()}>
          Go to your devices
        </Link>
      }
    >
      <p>The address may be mistyped, or what was here is gone.</p>
    </MessagePage>
  );
}

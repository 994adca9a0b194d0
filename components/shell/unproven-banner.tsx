import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";

/** Calm, on every page of the account, until its address is confirmed. */
export function UnprovenBanner({ email }: { email: string }) {
  return (
    <aside aria-label="Please confirm" className="mx-auto max-w-[62rem] px-4 pt-4">
      <Notice>
        <p>
          Confirm that <bdi className="font-medium break-all">{email}</bdi> is yours, so that you get back in if you forget your password.{" "}
          <Link href="/security#email-address" prefetch={false} className={textLink}>
            Confirm it
          </Link>
        </p>
      </Notice>
    </aside>
  );
}

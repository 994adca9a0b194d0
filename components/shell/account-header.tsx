import Link from "next/link";
import type { ApprovalActions } from "@/components/approvals/approval-actions";
import { Mark } from "@/components/ui/brand";
import { buttonClasses } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import type { Session } from "@/lib/sessions/schema";
import type { User } from "@/lib/users/schema";
import { Avatar } from "./avatar";
import { AwaitPicture } from "./await-picture";
import { LiveUpdates } from "./live-updates";
import { NavLinks } from "./nav-links";
import { StaySignedIn } from "./stay-signed-in";

/** On every page of the account: where one is, whether it is live, who is signed in, and the way out. */
export function AccountHeader({ user, isNew = false, session, approvals, admin, wide }: {
  user: Pick<User, "name" | "image">;
  /** Whether the account is so new that its first picture may still be on its way. */
  isNew?: boolean;
  session: Session;
  /** How to answer for new devices that wait. */
  approvals: ApprovalActions;
  /** Whether the visitor holds any permission. */
  admin: boolean;
  wide?: boolean;
}) {
  const { createdAt, lastSeenAt, expiresAt, absoluteExpiresAt } = session;
  return (
    <header className="px-4">
      <a
        href="#main"
        className="absolute start-4 top-2 z-20 rounded-md bg-accent px-3 py-2 font-medium text-on-accent not-focus:sr-only"
      >
        Skip to content
      </a>
      <div className={classes("mx-auto flex flex-wrap items-center gap-x-4 border-b md:flex-nowrap", !wide && "max-w-[60rem]")}>
        <Link href="/devices" prefetch={false} className="flex h-14 shrink-0 items-center gap-2 text-16 font-semibold tracking-tight">
          <Mark size={26} />
          Latchkey
        </Link>
        <nav aria-label="Account" className="order-last -mx-1 w-full min-[24rem]:-mx-2 md:order-none md:mx-0 md:ms-2 md:w-auto">
          <NavLinks admin={admin} />
        </nav>
        <div className="ms-auto flex min-w-0 items-center gap-3">
          {isNew && !user.image && <AwaitPicture />}
          <LiveUpdates sessionId={session.id} approvals={approvals} />
          <span className="flex min-w-0 items-center gap-2 max-[26rem]:hidden">
            <Avatar name={user.name} image={user.image?.small ?? null} />
            <bdi className="max-w-[10rem] truncate max-lg:sr-only">{user.name}</bdi>
          </span>
          <form method="post" action="/sign-out">
            <button type="submit" className={`${buttonClasses("plain", "small")} whitespace-nowrap`}>
              Sign out
            </button>
          </form>
        </div>
      </div>
      <StaySignedIn key={expiresAt} life={{ createdAt, lastSeenAt, expiresAt, absoluteExpiresAt }} />
    </header>
  );
}

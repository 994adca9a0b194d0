import type { ReactNode } from "react";
import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { placeName } from "@/lib/core/place-name";
import type { EndReason } from "@/lib/sessions/schema";

/** What the still-sealed cookie tells of the session that ended. */
export type Ended = {
  reason: EndReason;
  at: string;
  by: { device: string | null; country: string | null; city: string | null } | null;
};

const titles: Record<EndReason, string> = {
  signed_out: "You are signed out.",
  ended_by_user: "This browser was signed out from another device.",
  ended_all: "This browser was signed out from another device.",
  ended_by_admin: "An administrator ended this session.",
  over_limit: "This session ended to make room for a newer sign-in.",
  expired: "Your session has ended: it was not used for a while, or its time was up.",
  password_changed: "Your password was changed, so this session has ended.",
  account_disabled: "This session was ended by an administrator.",
  token_reused: "This session was ended for safety: a token was used twice.",
  password_reset: "A new password was set for your account, which signed you out everywhere.",
  not_me: "You were signed out: somebody said “This wasn’t me” about a sign-in or change of your account.",
  email_undone: "You were signed out: a change of your account’s address was undone.",
  ended_by_provider: "You were signed out: the provider that you signed in with ended your session.",
  deleted: "Your account is to be deleted, so you were signed out everywhere.",
};

/** The reasons behind which someone else may stand. */
const byOthers: ReadonlySet<EndReason> = new Set(["ended_by_user", "ended_all", "over_limit", "password_changed", "token_reused", "password_reset", "not_me", "email_undone"]);

/** After these the owner may not know a password that works. */
const mayBeRefused: ReadonlySet<EndReason> = new Set(["password_changed", "password_reset", "not_me", "email_undone"]);

/** Says kindly to a browser that fell out what happened, who did it and when, and what to do if that is wrong. `source`: whose data names the place. */
export function EndedNotice({ ended, source, mail, canKeep }: {
  ended: Ended | null;
  source: ReactNode;
  /** Whether a new password can be had by mail. */
  mail: boolean;
  /** Whether an account that is to be deleted can be kept for some days. */
  canKeep: boolean;
}) {
  if (!ended) {
    return (
      <Notice role="status" title="Your session has ended.">
        <p>Sign in again to go on.</p>
      </Notice>
    );
  }
  const { reason, at, by } = ended;
  const byOwnHand = by === null && (reason === "ended_by_user" || reason === "ended_all");
  const suspicious = byOthers.has(reason) && !byOwnHand;
  const place = by && placeName(by);
  return (
    <Notice role="status" tone={suspicious ? "unusual" : "quiet"} title={byOwnHand ? titles.signed_out : titles[reason]}>
      <p>
        {by?.device ? (
          <>
            Done from <bdi>{by.device}</bdi>
            {place && `, ${place}`}, <Time at={at} />.
          </>
        ) : (
          <>
            That was <Time at={at} />.
          </>
        )}
      </p>
      {reason === "deleted" && canKeep && <p>Sign in if you want to keep it.</p>}
      {suspicious && mayBeRefused.has(reason) && (
        <p>
          If that wasn’t you:{" "}
          {mail ? (
            <>
              <a href="/forgot" className={textLink}>
                set a new password
              </a>
              . That signs out everyone else.
            </>
          ) : (
            "ask an administrator to help at once."
          )}
        </p>
      )}
      {suspicious && !mayBeRefused.has(reason) && (
        <p>
          <a href="/sign-in?next=/security" className={textLink}>
            This wasn’t me
          </a>
          : sign in and change your password. That signs out everyone else.
        </p>
      )}
      {by?.device && place && source}
    </Notice>
  );
}

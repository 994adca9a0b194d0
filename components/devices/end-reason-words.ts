import type { EndReason } from "@/lib/sessions/schema";

/** Why a session ended, as its owner reads it in a list: what happened, then when. */
export const endReasonWords: Record<EndReason, string> = {
  signed_out: "Signed out there",
  ended_by_user: "Ended by you",
  ended_all: "Ended by you, with the others",
  ended_by_admin: "Ended by an administrator",
  over_limit: "Ended to make room for a newer sign-in",
  expired: "Ended after no use",
  password_changed: "Ended when the password changed",
  account_disabled: "Ended when the account was disabled",
  token_reused: "Ended because a token was used twice",
  password_reset: "Ended because the password was set anew",
  not_me: "Ended by “This wasn’t me”",
  email_undone: "Ended when a change of address was undone",
  ended_by_provider: "Ended by the provider that it began with",
  deleted: "Ended when the account was to be deleted",
};

import type { EndReason } from "@/lib/sessions/schema";

/** Why sessions ended, as the name of a bar. */
export const endNames: Record<EndReason, string> = {
  signed_out: "Signed out",
  expired: "Not used any more",
  ended_by_user: "Ended from another device",
  ended_all: "Signed out everywhere",
  ended_by_admin: "Ended by an administrator",
  over_limit: "Made room for a newer one",
  password_changed: "Password changed",
  password_reset: "Password set anew",
  account_disabled: "Account disabled",
  token_reused: "Token used twice",
  not_me: "“This wasn’t me”",
  email_undone: "Change of address undone",
  ended_by_provider: "Ended by another provider",
  deleted: "Account to be deleted",
};

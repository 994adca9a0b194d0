import { goBack } from "@/lib/auth/go-back";
import { goBackInput, goneBackSchema } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import { publicEndpoint } from "./endpoint";

/** The one act behind `not-me` and `email/undo` (ACCOUNTS 2), as a call. */
export function goingBack(summary: string) {
  return publicEndpoint({
    summary,
    description: "`ended` is how many sessions did; `reset` a token to set a new password with, or null when a link comes by mail. 404 where there is no mail.",
    errors: ["not_found", "link_over"],
    body: goBackInput,
    output: goneBackSchema,
    run: (context, { body }) => (context.mailer ? goBack(context, body) : Promise.resolve(fail("not_found"))),
  });
}

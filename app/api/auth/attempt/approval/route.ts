import { z } from "zod";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { attemptView } from "@/lib/auth/attempt-view";
import { attemptSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { attemptOf } from "@/lib/web/answer-attempt";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Asks the account's other devices to let this one in",
    description: "One of them is told the two digits of the answer. Then `attempt/prove` with `approval` signs in; until then it answers 202 and changes nothing.",
    errors: ["attempt_over", "conflict", "rate_limited"],
    body,
    output: attemptSchema,
    status: 202,
    cookieless: ({ attempt }) => attempt !== undefined,
    async run(context, { body, headers }) {
      const attempt = await askForApproval(context, await attemptOf(context, headers, body.attempt));
      return isFailure(attempt) ? attempt : attemptView(context, attempt);
    },
  }),
});

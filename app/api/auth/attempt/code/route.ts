import { z } from "zod";
import { askForCode } from "@/lib/auth/ask-for-code";
import { attemptView } from "@/lib/auth/attempt-view";
import { attemptSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { attemptOf } from "@/lib/web/answer-attempt";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Sends another code by mail",
    errors: ["attempt_over", "rate_limited"],
    body,
    output: attemptSchema,
    status: 202,
    cookieless: ({ attempt }) => attempt !== undefined,
    async run(context, { body, headers }) {
      const attempt = await askForCode(context, await attemptOf(context, headers, body.attempt));
      return isFailure(attempt) ? attempt : attemptView(context, attempt);
    },
  }),
});

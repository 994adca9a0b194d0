import { z } from "zod";
import { publicEndpoint } from "@/lib/web/endpoint";
import { answerCallback, leadOn } from "@/lib/web/provider-callback";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: leadOn(
    publicEndpoint({
      summary: "Where a provider sends a browser back to",
      description: "With the answer to what that browser was sent there for (RFC 6749, 4.1.2); leads on to there, or to a page that says why it came to nothing.",
      query: z.record(z.string(), z.string()),
      output: null,
      status: 303,
      run: answerCallback,
    }),
  ),
});

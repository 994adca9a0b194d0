import { exchangeCode } from "@/lib/auth/exchange-code";
import { codeExchange, signInAnswer } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { publicEndpoint } from "@/lib/web/endpoint";
import { nativeAnswer, nativeBrowserId } from "@/lib/web/native-answer";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Signs an app in with the code that the browser brought it",
    description: "The last step of a sign-in by the system browser (RFC 8252), which begins at `/sign-in?client=native`. A code is good once, for a minute, with the verifier of its challenge (RFC 7636). No cookie is read or set.",
    errors: ["invalid_code", "rate_limited"],
    body: codeExchange,
    output: signInAnswer,
    cookieless: () => true,
    async run(context, { body }) {
      const browserId = await nativeBrowserId(context, body.device);
      const begun = await exchangeCode(context, body, browserId);
      if (isFailure(begun)) return begun;
      // It was shown in the browser who they are, and not in the app: what needs a step-up asks for it there.
      const { proof: _none, ...answer } = await nativeAnswer(context, begun, browserId);
      return answer;
    },
  }),
});

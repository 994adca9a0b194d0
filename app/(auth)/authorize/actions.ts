"use server";

import { answerAddress, authorizationFields, authorizationPath, readAuthorizationRequest } from "@/lib/auth/authorization-request";
import { authorizeApp } from "@/lib/auth/authorize-app";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type Lead, leadTo, userAction } from "@/lib/web/action";
import { confirmFirst, shownProof } from "@/lib/web/confirm-first";

export const authorizeAction = userAction(authorizationFields, async (context, fields): Promise<Failure | Lead | null> => {
  const request = readAuthorizationRequest(context.settings, fields);
  if (isFailure(request)) return request;
  const given = await authorizeApp(context, request, await shownProof(context));
  if (isFailure(given)) return given.failure === "proof_required" ? confirmFirst(context, authorizationPath(request), { pressed: "continue" }) : given;
  return leadTo(answerAddress(context.settings, request, given));
});

"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { codeOfDigits } from "@/app/(auth)/given-proof";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { TotpConfirmed } from "@/lib/factors/schema";
import { type Lead, leadTo, setUpAction } from "@/lib/web/action";
import { confirmFirst } from "@/lib/web/confirm-first";
import { readProof } from "@/lib/web/proof-cookie";
import { withCodesToSee } from "../codes-to-see";

const HERE = "/security/authenticator";

/** Switches the app on that is being set up; what is shown once is in the answer. */
export const confirmAppAction = withCodesToSee(
  setUpAction(z.strictObject({ code: codeOfDigits }), async (context, { code }): Promise<Failure | Lead | TotpConfirmed> => {
    const confirmed = await confirmTotp(context, { code }, { secret: readProof(context.settings, await headers()) });
    if (!isFailure(confirmed)) return confirmed;
    if (confirmed.failure === "proof_required") return confirmFirst(context, HERE, { code });
    // The page says what has become of it.
    if (confirmed.failure === "attempt_over") return leadTo(HERE);
    if (confirmed.failure !== "invalid_code") return confirmed;
    return fail("invalid_code", { errors: [{ path: "code", message: "This code is not right. Apps show a new one every 30 seconds: try the next." }] });
  }),
);

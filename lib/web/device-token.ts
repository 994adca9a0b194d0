import { z } from "zod";
import type { Settings } from "@/lib/platform/env";
import { seal, unseal } from "./seal";

/** Not the cookie's content: the one is worth nothing in the place of the other. */
const deviceSeal = z.strictObject({ app: z.uuid() });

/** What makes a native client the same device at its next sign-in. It names a device, not an account, and opens nothing. */
export function deviceToken(settings: Settings, appId: string): Promise<string> {
  return seal(settings.SESSION_SECRETS, { app: appId });
}

/** The id that was sealed, or null for what is no token of ours. */
export async function readDeviceToken(settings: Settings, token: string): Promise<string | null> {
  const unsealed = await unseal(settings.SESSION_SECRETS, token, deviceSeal);
  return unsealed.is === "good" ? unsealed.value.app : null;
}

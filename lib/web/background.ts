import { keepAvatars } from "@/lib/avatars/keep-avatars";
import { singleton } from "@/lib/core/singleton";
import { systemContext } from "@/lib/platform/system-context";
import { keepSessions } from "@/lib/sessions/keep-sessions";
import { getServices } from "./services";

/** Starts what runs beside the requests. Idempotent in a process. */
export async function startBackground(): Promise<void> {
  const context = systemContext(await getServices());
  keepSessions(context);
  singleton("avatars.keeper", () => keepAvatars(context));
}

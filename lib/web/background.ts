import { keepAvatars } from "@/lib/avatars/keep-avatars";
import { singleton } from "@/lib/core/singleton";
import { systemContext } from "@/lib/platform/system-context";
import { keepTrust } from "@/lib/sessions/ledger/keep";
import { keepSwept } from "@/lib/sessions/ledger/keep-swept";
import { getServices } from "./services";

/** Starts what runs beside the requests. Idempotent in a process. */
export async function startBackground(): Promise<void> {
  const context = systemContext(await getServices());
  singleton("keeper", () => keepTrust(context));
  singleton("sweeper", () => keepSwept(context));
  singleton("avatars.keeper", () => keepAvatars(context));
}

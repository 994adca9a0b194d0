import { singleton } from "@/lib/core/singleton";
import { openServices, type Services } from "@/lib/platform/services";

/** The services of this process; opened once, whoever asks first. */
export function getServices(): Promise<Services> {
  return singleton("services", () => openServices());
}

import { cookies } from "next/headers";
import { ZONE_COOKIE } from "@/components/ui/zone-cookie";

/** The time zone that the browser told of; anything that is none is UTC. */
export async function visitorZone(): Promise<string> {
  const zone = (await cookies()).get(ZONE_COOKIE)?.value;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone ?? "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

import { headers } from "next/headers";
import type { Context } from "@/lib/core/context";
import { readTypedCookie } from "@/lib/web/typed-cookie";

/** What an administrator was about to do on this page when they were asked first who they are. */
export async function typedHere({ settings }: Context, page: string): Promise<Record<string, string>> {
  return readTypedCookie(settings, (await headers()).get("cookie"), page);
}

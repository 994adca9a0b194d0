import { headers } from "next/headers";
import type { Context } from "@/lib/core/context";
import { listProviders } from "@/lib/providers/list-providers";
import type { Provider } from "@/lib/providers/schema";
import { readLastProvider } from "./provider-cookies";

/** The providers that a page offers, and which of them was used last in this browser. */
export async function offeredProviders(context: Context): Promise<{ items: Provider[]; last: string | null }> {
  const last = await readLastProvider(context.settings, (await headers()).get("cookie"));
  return { items: listProviders(context), last: last?.name ?? null };
}

import type { ProviderPurpose } from "@/lib/providers/schema";
import type { ErrorCode } from "./errors";

const pages: Record<ProviderPurpose, string> = { sign_in: "/sign-in", link: "/security", prove: "/confirm" };

/**
 * The page that says what went wrong with a provider. The address names a code of ours and the provider, and the page has its own words
 * for each: what a provider says is shown nowhere. A script that was told the code goes there by itself.
 */
export function afterTrouble({ failure }: { failure: ErrorCode }, { purpose, name, next }: { purpose: ProviderPurpose; name: string; next: string | null }): string {
  if (failure === "unauthenticated") return `/sign-in?${new URLSearchParams({ ended: "1", next: pages[purpose] }).toString()}`;
  if (failure === "proof_required" && purpose === "link") return `/confirm?${new URLSearchParams({ next: next ?? pages.link }).toString()}`;
  return `${pages[purpose]}?${new URLSearchParams({ trouble: failure, provider: name, ...(next !== null && { next }) }).toString()}`;
}

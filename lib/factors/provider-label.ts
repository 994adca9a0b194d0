import type { Settings } from "@/lib/platform/env";

/** What people read of a provider; its plain name where the operator has taken it away. */
export function providerLabel({ OIDC_PROVIDERS }: Settings, name: string): string {
  return OIDC_PROVIDERS.find((known) => known.name === name)?.label ?? name;
}

import type { Settings } from "@/lib/platform/env";

/** What is to be known of a provider by whoever does not speak with it. */
export type KnownProvider = {
  name: string;
  /** What the operator calls it. */
  label: string;
  /** It says when its owner last showed there who they are, if asked (`auth_time`): only then it can be a step-up. */
  tellsWhen: boolean;
};

/** The providers that the operator has set up, in their order. */
export function knownProviders(settings: Settings): readonly KnownProvider[] {
  return (settings as unknown as { OIDC?: KnownProvider[] }).OIDC ?? [];
}

/** What people read of a provider; its plain name where the operator has taken it away. */
export function providerLabel(settings: Settings, name: string): string {
  return knownProviders(settings).find((known) => known.name === name)?.label ?? name;
}

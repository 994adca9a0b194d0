import type { Context } from "@/lib/core/context";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { discoverAll } from "./discover";
import type { Provider } from "./schema";

/** The providers that open accounts here, in the operator's order, whether or not they answer. */
export function listProviders(context: Context): Provider[] {
  discoverAll(context);
  return context.settings.OIDC_PROVIDERS.map(({ name, label }) => ({ name, label }));
}

/** Those that make no account: without mail an address is shown to be somebody's only by a provider that is trusted with that. They open what is linked to them. */
export function listLinkedOnly({ settings }: Pick<Context, "settings">): Provider[] {
  return settings.SMTP_URL ? [] : settings.OIDC_PROVIDERS.filter(({ trustEmail }) => !trustEmail).map(({ name, label }) => ({ name, label }));
}

/** The one of this name, if the operator named it. */
export function findProvider({ settings }: Pick<Context, "settings">, name: string): ProviderSettings | null {
  return settings.OIDC_PROVIDERS.find((provider) => provider.name === name) ?? null;
}

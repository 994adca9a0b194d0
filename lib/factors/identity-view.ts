import type { identities } from "@/db/schema";
import { iso, isoOrNull } from "@/lib/core/time";
import type { Settings } from "@/lib/platform/env";
import { providerLabel } from "./provider-label";
import type { Identity } from "./schema";

/** A linked identity as its owner sees it. */
export function identityView(settings: Settings, { id, provider, email, createdAt, lastUsedAt }: typeof identities.$inferSelect): Identity {
  return { id, provider, label: providerLabel(settings, provider), email, createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt) };
}

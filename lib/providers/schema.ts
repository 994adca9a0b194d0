import { z } from "zod";

/** What somebody is sent to a provider for: to sign in or up, to link what they have there, or to prove once more that it is they. */
export const providerPurposes = ["sign_in", "link", "prove"] as const;
export type ProviderPurpose = (typeof providerPurposes)[number];

export const providerSchema = z.strictObject({ /** In addresses. */ name: z.string(), /** What people call it. */ label: z.string() }).meta({ id: "Provider" });
export type Provider = z.infer<typeof providerSchema>;

export const startProviderInput = z.strictObject({
  purpose: z.enum(providerPurposes),
  /** A path of this origin. */
  next: z.string().max(2048).optional(),
  remember: z.boolean().optional(),
});
export type StartProviderInput = z.infer<typeof startProviderInput>;

/** Where to send the browser. */
export const startedSchema = z.strictObject({ url: z.string() });

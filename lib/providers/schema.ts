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

/** The same as a plain form says it. */
export const startProviderForm = startProviderInput.extend({ remember: z.literal("on").optional() });

/** As a provider sends it; what it may send besides is not looked at (OpenID Connect Back-Channel Logout 1.0, 2.5). */
export const logoutInput = z.object({ logout_token: z.string().min(1).max(16_384) });

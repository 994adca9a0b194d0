import { z } from "zod";

/**
 * What the sealed cookie carries: the user `u`, the session `s`, the secret `k`, the absolute end `a`
 * (milliseconds since 1970) and the session's own idle time `t` (seconds).
 */
export const credentialSchema = z.strictObject({
  u: z.uuid(),
  s: z.uuid(),
  k: z.string().min(43).max(43),
  a: z.int().positive(),
  t: z.int().positive(),
});
export type SessionCredential = z.infer<typeof credentialSchema>;

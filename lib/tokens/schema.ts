import { z } from "zod";

/** What a native client holds in place of a cookie. `expiresIn`, `refreshExpiresIn`: seconds from now. */
export const tokensSchema = z.strictObject({
  accessToken: z.string(),
  refreshToken: z.string(),
  tokenType: z.literal("Bearer"),
  expiresIn: z.int(),
  refreshExpiresIn: z.int(),
}).meta({ id: "Tokens" });
export type Tokens = z.infer<typeof tokensSchema>;

/** Empty for a browser: its cookie is all it needs. */
export const refreshInput = z.strictObject({ refreshToken: z.string().optional() });

/** An access token or a refresh token. */
export const revokeInput = z.strictObject({ token: z.string() });

const publicKeySchema = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string(),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
});
/** JSON Web Key Set (RFC 7517). */
export const keySetSchema = z.strictObject({ keys: z.array(publicKeySchema) });
export type KeySet = z.infer<typeof keySetSchema>;

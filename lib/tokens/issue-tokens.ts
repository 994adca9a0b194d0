import type { Context } from "@/lib/core/context";
import type { Tokens } from "./schema";
import { signAccessToken, type TokenSession } from "./sign-access-token";

/** What a native client is answered: a fresh access token beside its refresh token, of which `refreshLife` milliseconds are left. */
export async function issueTokens(context: Context, session: TokenSession, refreshToken: string, refreshLife: number): Promise<Tokens> {
  const { accessToken, expiresIn } = await signAccessToken(context, session);
  return { accessToken, refreshToken, tokenType: "Bearer", expiresIn, refreshExpiresIn: Math.max(0, Math.round(refreshLife / 1000)) };
}

import { type AuthorizationCodeGrantChecks, authorizationCodeGrant, type ClientAuth, ClientSecretBasic, ClientSecretPost, type Configuration, customFetch, type ServerMetadata } from "openid-client";
import { decodeJwt } from "jose";
import type { Context } from "@/lib/core/context";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { askingWithin } from "./ask-provider";
import { configurationOf } from "./configure";
import { refusalIn } from "./note-trouble";

const TENANT = "{tenantid}";
export const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Redeemed = { config: Configuration; tokens: Awaited<ReturnType<typeof authorizationCodeGrant>> };

/**
 * The tokens for an authorization code, verified (RFC 6749, 4.1.3; OpenID Connect Core 1.0, 3.1.3): `state` and `iss` of the
 * answer; of the ID token signature, `iss`, `aud`, `azp`, `exp`, `iat` and `nonce`. Rejects when anything of it is not so.
 */
export async function redeemCode(context: Context, provider: ProviderSettings, metadata: ServerMetadata, answer: URL, checks: AuthorizationCodeGrantChecks): Promise<Redeemed> {
  const [first, ...others] = authenticationsFor(provider, metadata);
  const redeem = (auth: ClientAuth) => redeemAs(context, provider, metadata, answer, checks, auth);
  try {
    return await redeem(first);
  } catch (error) {
    const [second] = others;
    // Which of the two a client is registered for is not published; the code is not used up by the wrong one.
    if (second && refusalIn(error) === "invalid_client") return redeem(second);
    throw error;
  }
}

/** As it says; as the specification has it, where it does not. */
function authenticationsFor({ clientSecret }: ProviderSettings, metadata: ServerMetadata): [ClientAuth, ...ClientAuth[]] {
  const named = metadata.token_endpoint_auth_methods_supported ?? [];
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  if (metadata.jwks_uri === undefined) return [post];
  if (named.includes("client_secret_post")) return named.includes("client_secret_basic") ? [basic, post] : [post];
  return [basic];
}

async function redeemAs(context: Context, provider: ProviderSettings, metadata: ServerMetadata, answer: URL, checks: AuthorizationCodeGrantChecks, auth: ClientAuth): Promise<Redeemed> {
  const config = configurationOf(context, provider, metadata, auth);
  if (!metadata.issuer.includes(TENANT)) return { config, tokens: await authorizationCodeGrant(config, answer, checks) };
  // Which issuer it is only the token tells; the code is good for one answer, which is looked at twice.
  let body: Record<string, unknown> = {};
  const ask = askingWithin(context);
  config[customFetch] = async (...asked) => {
    const answer = await ask(...asked);
    body = (await answer.json()) as Record<string, unknown>;
    const { id_token: _, ...rest } = body;
    return Response.json(rest, { status: answer.status });
  };
  await authorizationCodeGrant(config, answer, { ...checks, expectedNonce: undefined, idTokenExpected: false });
  const ofTenant = configurationOf(context, provider, { ...metadata, issuer: metadata.issuer.replace(TENANT, tenantIn(body.id_token)) }, auth);
  ofTenant[customFetch] = async (address, options) => (address === metadata.token_endpoint ? Response.json(body) : ask(address, options));
  return { config: ofTenant, tokens: await authorizationCodeGrant(ofTenant, answer, checks) };
}

/** The tenant that a token says it is of; whether its issuer is that tenant's, and the signature right, is verified after this. */
function tenantIn(token: unknown): string {
  const { tid } = typeof token === "string" ? decodeJwt(token) : {};
  if (typeof tid !== "string" || !GUID.test(tid)) throw new Error("no tenant in the token");
  return tid;
}

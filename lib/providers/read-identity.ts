import { fetchProtectedResource, fetchUserInfo } from "openid-client";
import { z } from "zod";
import { emailSchema } from "@/lib/auth/schema";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import { nameSchema } from "@/lib/users/schema";
import { fixedMetadata } from "./known-metadata";
import { GUID, type Redeemed } from "./redeem-code";

/** OpenID Connect Core 1.0, 2: at most 255 ASCII characters. */
const subjectSchema = z.string().regex(/^[\x20-\x7e]{1,255}$/);
/** What nothing but showing depends on: as it should be, or not at all. */
const shown = <T>(schema: z.ZodType<T>) => schema.nullish().catch(null);
const pictureSchema = z.string().max(2048).refine((address) => URL.canParse(address) && new URL(address).protocol === "https:");

const claimsSchema = z.object({
  sub: subjectSchema,
  email: shown(emailSchema),
  /** Only `true` itself: a text that says so is no proof. */
  email_verified: z.unknown().optional(),
  name: shown(nameSchema),
  picture: shown(pictureSchema),
  auth_time: z.number().nullish(),
  sid: z.string().min(1).max(255).nullish(),
  hd: z.unknown().optional(),
  tid: z.unknown().optional(),
  oid: z.unknown().optional(),
});
type Claims = z.infer<typeof claimsSchema>;

/** Who a provider says that somebody is. Rejects when it does not say so as it should. */
export async function readIdentity(provider: ProviderSettings, redeemed: Redeemed): Promise<ProviderIdentity> {
  if (provider.preset === "github") return readGitHub(provider, redeemed);
  if (provider.preset === "facebook") return readFacebook(provider, redeemed);
  const claims = await readClaims(provider, redeemed);
  const subject = provider.preset === "microsoft" ? microsoftSubject(claims) : claims.sub;
  return {
    provider: provider.name,
    subject,
    email: claims.email ?? null,
    emailTrusted: provider.trustEmail && claims.email_verified === true && (provider.preset !== "google" || isGooglesToSay(claims)),
    name: claims.name ?? null,
    picture: claims.picture ?? null,
    authenticatedAt: claims.auth_time ? new Date(claims.auth_time * 1000) : null,
    sid: claims.sid ?? null,
  };
}

/** What the ID token says; what it leaves to the UserInfo endpoint (OpenID Connect Core 1.0, 5.4) comes from there, an address with what is said of it. */
async function readClaims({ preset }: ProviderSettings, { config, tokens }: Redeemed): Promise<Claims> {
  const claims = tokens.claims();
  if (!claims) throw new Error("no ID token");
  const isWhole = claims.email !== undefined && claims.name !== undefined;
  // Microsoft's is another server of its own, and has nothing that is trusted.
  if (isWhole || preset === "microsoft" || config.serverMetadata().userinfo_endpoint === undefined) return claimsSchema.parse(claims);
  const more = await fetchUserInfo(config, tokens.access_token, claims.sub);
  const address = claims.email === undefined ? { email: more.email, email_verified: more.email_verified } : {};
  return claimsSchema.parse({ name: more.name, picture: more.picture, ...claims, ...address });
}

/** Its own addresses, and those of organisations that have their mail there: it has once proven others, but they may have changed hands (developers.google.com, "Authenticate with a backend server"). */
function isGooglesToSay({ email, hd }: Claims): boolean {
  return /@gmail\.com$/i.test(email ?? "") || (typeof hd === "string" && hd !== "");
}

/** Of a tenant and an account in it, both for ever; `sub` is another one for each client, and an address is the tenant's word (nOAuth). */
function microsoftSubject({ tid, oid }: Claims): string {
  if (typeof tid !== "string" || typeof oid !== "string" || !GUID.test(tid) || !GUID.test(oid)) throw new Error("no tenant or no account in the token");
  return `${tid}.${oid}`;
}

const gitHubUser = z.object({ id: z.int().positive(), login: z.unknown().optional(), name: shown(nameSchema), avatar_url: shown(pictureSchema) });
const gitHubAddresses = z.array(z.object({ email: shown(emailSchema), primary: z.boolean(), verified: z.boolean() }));

/** The number of an account is for ever, its name is not. Of the addresses the primary one counts, which may be unproven. */
async function readGitHub(provider: ProviderSettings, redeemed: Redeemed): Promise<ProviderIdentity> {
  const [user, addresses] = await Promise.all([askApi(provider, redeemed, "/user", gitHubUser), askApi(provider, redeemed, "/user/emails", gitHubAddresses)]);
  const primary = addresses.find((address) => address.primary && address.email);
  return {
    provider: provider.name,
    subject: String(user.id),
    email: primary?.email ?? null,
    emailTrusted: provider.trustEmail && primary?.verified === true,
    name: user.name ?? nameSchema.safeParse(user.login).data ?? null,
    picture: user.avatar_url ?? null,
    authenticatedAt: null,
    sid: null,
  };
}

const facebookUser = z.object({
  id: z.string().regex(/^\d{1,64}$/),
  email: shown(emailSchema),
  name: shown(nameSchema),
  picture: z.object({ data: z.object({ url: shown(pictureSchema), is_silhouette: z.unknown().optional() }) }).nullish().catch(null),
});

/** Its ids are of this app alone. It does not say whether an address is proven. */
async function readFacebook(provider: ProviderSettings, redeemed: Redeemed): Promise<ProviderIdentity> {
  const { id, email, name, picture } = await askApi(provider, redeemed, "/me?fields=id,name,email,picture.width(512).height(512)", facebookUser);
  return {
    provider: provider.name,
    subject: id,
    email: email ?? null,
    emailTrusted: false,
    name: name ?? null,
    picture: picture?.data.is_silhouette === true ? null : (picture?.data.url ?? null),
    authenticatedAt: null,
    sid: null,
  };
}

async function askApi<T>(provider: ProviderSettings, { config, tokens }: Redeemed, path: string, schema: z.ZodType<T>): Promise<T> {
  const address = new URL(`${fixedMetadata(provider)?.api}${path}`);
  const answer = await fetchProtectedResource(config, tokens.access_token, address, "GET", undefined, new Headers({ accept: "application/json" }));
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  return schema.parse(await answer.json());
}

/** Who somebody is by the word of another provider, verified (OpenID Connect Core 1.0, 3.1.3.7). Nothing of it was typed here. */
export type ProviderIdentity = {
  /** The name that the operator gave it (`OIDC_PROVIDERS`). */
  provider: string;
  /** What identifies the account there, and is never given to another: `sub`, or what takes its place (Microsoft: `tid` and `oid`). */
  subject: string;
  email: string | null;
  /** The provider has proven the address, and the operator takes its word for that. */
  emailTrusted: boolean;
  name: string | null;
  /** Where it keeps a picture. */
  picture: string | null;
  /** When its owner last showed there who they are (`auth_time`). */
  authenticatedAt: Date | null;
  /** The session there (`sid`), which a back-channel logout names. */
  sid: string | null;
};

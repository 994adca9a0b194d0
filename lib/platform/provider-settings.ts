import { z } from "zod";
import { displayText } from "@/lib/core/text";
import { mayCarrySecrets } from "@/lib/core/loopback";

/**
 * Those that many people have an account with, and where they are found. `vouches`: it says whether it has proven an
 * address, and its word can be taken for that.
 */
const presets = {
  google: { label: "Google", issuer: "https://accounts.google.com", vouches: true },
  // Of every tenant; whoever runs one can have any address written into its tokens (nOAuth).
  microsoft: { label: "Microsoft", issuer: "https://login.microsoftonline.com/common/v2.0", vouches: false },
  github: { label: "GitHub", issuer: "https://github.com", vouches: true },
  facebook: { label: "Facebook", issuer: "https://www.facebook.com", vouches: false },
} as const;

type Preset = keyof typeof presets;

/** Another provider that opens accounts here (`OIDC_PROVIDERS`, `OIDC_<NAME>_…`). */
export type ProviderSettings = {
  /** In addresses, and in what is kept: the same for ever. */
  name: string;
  /** One whose ways are known here; any other speaks OpenID Connect to the letter. */
  preset: Preset | null;
  /** As the operator spells it; of a preset that is not OpenID Connect, the server. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  label: string;
  /** An address that it has verified counts as proven here. */
  trustEmail: boolean;
  /** It says when its owner last signed in there, and lets us ask for that anew (OpenID Connect Core 1.0, `max_age`): so it is a step-up. No preset promises it. */
  provesAfresh: boolean;
};

const PARTS = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "TRUST_EMAIL"] as const;
type Part = (typeof PARTS)[number];

/** Names, separated by commas: each is part of an address and, in capitals, of other settings. */
export const providerNames = z.string().transform((value, check) => {
  const names = value.split(",").map((name) => name.trim());
  if (names.every((name) => /^[a-z](?:-?[a-z0-9]){0,31}$/.test(name)) && new Set(names).size === names.length) return names;
  check.addIssue({ code: "custom", message: "must be different names of lower case letters, digits and dashes, separated by commas" });
  return z.NEVER;
});

type Given = Record<string, string | undefined>;

/** What the settings say of other providers, and what is wrong with that; no secret is repeated. */
export function readProviders(given: Given): { providers: ProviderSettings[]; problems: string[] } {
  const names = providerNames.safeParse(given.OIDC_PROVIDERS ?? "").data ?? [];
  const known = new Set(names.flatMap((name) => PARTS.map((part) => variable(name, part))));
  const strays = Object.keys(given).filter((key) => key.startsWith("OIDC_") && key !== "OIDC_PROVIDERS" && !known.has(key));
  const all = names.map((name) => readProvider(name, given));
  return {
    providers: all.map(({ provider }) => provider),
    problems: [...all.flatMap(({ problems }) => problems), ...strays.map((key) => `${key} belongs to none of OIDC_PROVIDERS`)],
  };
}

function readProvider(name: string, given: Given): { provider: ProviderSettings; problems: string[] } {
  const preset = name in presets ? (name as Preset) : null;
  const { label, issuer: usual, vouches }: { label: string; issuer?: string; vouches: boolean } = preset ? presets[preset] : { label: name, vouches: true };
  const problems: string[] = [];

  function read<T>(part: Part, schema: z.ZodType<T, string>, otherwise: T | undefined): T | undefined {
    const value = given[variable(name, part)];
    if (value === undefined) {
      if (otherwise === undefined) problems.push(`${variable(name, part)} is missing`);
      return otherwise;
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) problems.push(`${variable(name, part)} ${parsed.error.issues[0]?.message}`);
    return parsed.data;
  }

  const provider = {
    name,
    preset,
    issuer: read("ISSUER", issuer, usual) ?? "",
    clientId: read("CLIENT_ID", text, undefined) ?? "",
    clientSecret: read("CLIENT_SECRET", text, undefined) ?? "",
    label: read("LABEL", displayText(40), label) ?? "",
    trustEmail: read("TRUST_EMAIL", yesOrNo, preset !== null && vouches) ?? false,
    provesAfresh: preset === null,
  };
  if (provider.trustEmail && !vouches) problems.push(`${variable(name, "TRUST_EMAIL")} cannot be true: ${label} does not say whether it has proven an address`);
  return { provider, problems };
}

function variable(name: string, part: Part): string {
  return `OIDC_${name.toUpperCase().replaceAll("-", "_")}_${part}`;
}

const text = z.string().trim().min(1, "must not be empty");

const yesOrNo = z
  .string()
  .refine((value) => value === "true" || value === "false", "must be true or false")
  .transform((value) => value === "true");

const issuer = z
  .string()
  .trim()
  .refine(isIssuer, "must be the issuer as https://id.example.org, without ?, # or /.well-known; http is for this machine only");

/** As OpenID Connect Discovery 1.0, 2 has it; nothing that is sent to a provider goes over the wire in plain. */
function isIssuer(value: string): boolean {
  try {
    const url = new URL(value);
    return mayCarrySecrets(url) && url.username === "" && !/[?#]/.test(value) && !url.pathname.includes("/.well-known/");
  } catch {
    return false;
  }
}

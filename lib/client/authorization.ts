import type { SignedIn } from "@/lib/auth/schema";
import type { DeviceInput } from "@/lib/devices/schema";

/** Why no sign-in came of the browser. `foreign_answer`: it is of another sign-in or another server, and nothing of it was used. */
export class SignInRefused extends Error {
  constructor(readonly reason: "access_denied" | "foreign_answer") {
    super(reason === "access_denied" ? "Whoever sits at the browser did not let the app in." : "The answer is not of the sign-in that was begun.");
    this.name = "SignInRefused";
  }
}

/** A sign-in by the system's browser that is under way (RFC 8252). */
export type Authorization = {
  /** To be opened in the system's browser, never in a view of the app's own: there the app could read along. */
  url: string;
  /** Whether the browser came to this address with the answer to it, and not anybody else with something else. */
  isAnswer(address: string): boolean;
  /** Signs in by the address that the browser came back to. Rejects with SignInRefused, or as every call does. */
  finish(address: string, more?: { signal?: AbortSignal }): Promise<SignedIn>;
};

export type CodeGiven = { code: string; codeVerifier: string; redirectUri: string };
type Exchange = (given: CodeGiven, more: { signal?: AbortSignal }) => Promise<SignedIn>;

/** Begins one: nobody but who has its verifier, which leaves the app only with the code, can make anything of the code (PKCE, RFC 7636). */
export async function beginAuthorization(origin: string, { name, platform, appVersion }: DeviceInput, redirectUri: string, exchange: Exchange): Promise<Authorization> {
  const [codeVerifier, state] = [randomText(), randomText()];
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier))));
  const url = new URL("/sign-in", origin);
  const asked = { client: "native", redirect_uri: redirectUri, code_challenge: challenge, code_challenge_method: "S256", state, device_name: name, platform, app_version: appVersion };
  for (const [parameter, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(parameter, value);
  const isAnswer = (address: string) => parametersOf(address).get("state") === state;
  return {
    url: url.href,
    isAnswer,
    async finish(address, more = {}) {
      const given = parametersOf(address);
      const code = given.get("code");
      // Who answers is said in the answer (RFC 9207): no other server's code is brought to this one.
      if (!isAnswer(address) || given.get("iss") !== url.origin) throw new SignInRefused("foreign_answer");
      if (code === null) throw new SignInRefused("access_denied");
      return exchange({ code, codeVerifier, redirectUri }, more);
    },
  };
}

/** The app's address has no other parameters than those of its answer. */
function parametersOf(address: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(address)?.[1] ?? "");
}

/** 256 random bits. */
function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

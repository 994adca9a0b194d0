import { z } from "zod";
import { type Failure, fail } from "@/lib/core/errors";
import type { AppDescription } from "@/lib/devices/describe-app";
import { deviceInput } from "@/lib/devices/schema";
import type { Settings } from "@/lib/platform/env";
import { isRegisteredRedirect } from "./registered-redirect";

/** A parameter that is there, and once (RFC 6749, 3.1). */
const given = z.string("is needed, once");

/** What an app asks with, in the names of RFC 6749 and RFC 7636. `plain` challenges are none: whoever sees one has the verifier. */
export const authorizationFields = z.strictObject({
  redirect_uri: given,
  code_challenge: given.regex(/^[\w-]{43}$/, "must be 43 characters: a SHA-256 in base64url, without ="),
  code_challenge_method: given.pipe(z.literal("S256", "must be S256")),
  /** Printable ASCII (RFC 6749, A.5). */
  state: given.regex(/^[\x20-\x7e]{1,256}$/, "must be 1 to 256 characters of ASCII"),
  device_name: deviceInput.shape.name,
  platform: deviceInput.shape.platform,
  app_version: deviceInput.shape.appVersion,
});

/** An app asks to be signed in as whoever sits at the browser (RFC 8252). `device`: what it says of the one that it runs on. */
export type AuthorizationRequest = { redirectUri: string; challenge: string; state: string; device: AppDescription };

/** The longest path that is come back to after signing in. */
const LONGEST = 2048;

/**
 * The request in the parameters of an address. What is wrong is told here and never at the address that it names: that would be
 * an open redirect. Other parameters are passed over. Errors: `invalid_input`, with the parameters.
 */
export function readAuthorizationRequest(settings: Settings, parameters: Record<string, unknown>): AuthorizationRequest | Failure {
  const parsed = authorizationFields.strip().safeParse(parameters);
  if (!parsed.success) return fail("invalid_input", { errors: parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })) });
  const { redirect_uri: redirectUri, code_challenge: challenge, state, device_name: name, platform, app_version: appVersion } = parsed.data;
  if (!isRegisteredRedirect(settings, redirectUri)) return fail("invalid_input", { errors: [{ path: "redirect_uri", message: "is not among those that are allowed here" }] });
  const request = { redirectUri, challenge, state, device: { ...(name && { name }), ...(platform && { platform }), ...(appVersion && { appVersion }) } };
  return authorizationPath(request).length > LONGEST ? fail("invalid_input", { errors: [{ path: "device_name", message: "makes the request too long" }] }) : request;
}

/** The same request in its fields. */
export function fieldsOf({ redirectUri, challenge, state, device }: AuthorizationRequest): Record<string, string> {
  return {
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state,
    ...(device.name && { device_name: device.name }),
    ...(device.platform && { platform: device.platform }),
    ...(device.appVersion && { app_version: device.appVersion }),
  };
}

/** The page that asks whoever is signed in, with the request in its one spelling. */
export function authorizationPath(request: AuthorizationRequest): string {
  return `/authorize?${new URLSearchParams(fieldsOf(request)).toString()}`;
}

/** Where the browser brings the app its answer. `iss` says whose it is (RFC 9207), so that an app with two servers takes none for the other's. */
export function answerAddress({ APP_URL }: Settings, { redirectUri, state }: AuthorizationRequest, answer: { code: string } | { error: "access_denied" }): string {
  return `${redirectUri}?${new URLSearchParams({ ...answer, state, iss: APP_URL }).toString()}`;
}

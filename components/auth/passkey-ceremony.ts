import { type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON, startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import { unreachable } from "@/components/ui/action-state";

/** What a form sends of a passkey: the authenticator's answer as JSON, and the challenge that it answers. */
export type Answer = { response: string; challenge: string };
/** Why there is none; without words when nobody needs any. `code`: of a call that was refused. */
export type Trouble = { trouble: string | null; code?: string };

type Given<O> = { options: O; challenge: string };

/** Lets the owner choose among the passkeys that would do. `offered`: in the field's own list, for as long as it takes or until that is taken back. */
export async function askForPasskey(purpose: "sign_in" | "attempt" | "prove", { offered }: { offered?: AbortSignal } = {}): Promise<Answer | Trouble> {
  const given = await askChallenge<PublicKeyCredentialRequestOptionsJSON>(purpose, offered);
  if ("trouble" in given) return given;
  // A browser has one ceremony at a time: an offer that begins late would break off the one that was asked for by the button meanwhile.
  if (offered?.aborted) return { trouble: null };
  return answer(given, () => startAuthentication({ optionsJSON: given.options, useBrowserAutofill: offered !== undefined }));
}

/**
 * Has a passkey made; `owner`: of a new account, whom we do not know yet. Without one it is for who is signed in: where the session has
 * ended unnoticed it is refused (`unauthenticated`) before the authenticator makes one that would be nobody's, and keeps it.
 */
export async function makePasskey(owner?: { name: string; email: string }): Promise<Answer | Trouble> {
  const given = await askChallenge<PublicKeyCredentialCreationOptionsJSON>("register");
  if ("trouble" in given) return given;
  // Everybody who has an account has a name.
  if (!owner && given.options.user.displayName === "") return { trouble: null, code: "unauthenticated" };
  const user = { ...given.options.user, ...(owner && { name: owner.email, displayName: owner.name }) };
  return answer(given, () => startRegistration({ optionsJSON: { ...given.options, user } }));
}

export function isAnswer(result: Answer | Trouble): result is Answer {
  return "response" in result;
}

async function answer({ challenge }: Given<unknown>, ask: () => Promise<object>): Promise<Answer | Trouble> {
  try {
    return { response: JSON.stringify(await ask()), challenge };
  } catch (error) {
    return { trouble: wordsOf(error) };
  }
}

async function askChallenge<O>(purpose: string, signal?: AbortSignal): Promise<Given<O> | Trouble> {
  try {
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ purpose }), cache: "no-store" } as const;
    const response = await fetch("/api/auth/passkeys/challenge", { ...sent, ...(signal && { signal }) });
    const body = (await response.json()) as Given<O> & { title: string; detail?: string; code: string };
    return response.ok ? body : { trouble: body.detail ?? body.title, code: body.code };
  } catch {
    return { trouble: unreachable.message };
  }
}

/** A browser tells a person who cancels from one who waits too long by nothing, and says no more than this. */
function wordsOf(error: unknown): string | null {
  if (!(error instanceof WebAuthnError)) return error instanceof Error && error.name === "AbortError" ? null : "Your browser could not use a passkey. Try again, or take another way.";
  switch (error.name) {
    case "AbortError":
      return null;
    case "NotAllowedError":
      return "No passkey was used: it was cancelled, or took too long. You can try again.";
    case "InvalidStateError":
      return "There is a passkey of your account on this device already.";
    case "SecurityError":
      return "Passkeys do not work at the address that this page was opened at.";
    default:
      return "This device cannot check that it is you, so it can keep no passkey. Try another one.";
  }
}

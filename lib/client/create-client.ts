import type { Ip } from "@/lib/addresses/schema";
import type { Attempt, SignedIn, SignInAnswer } from "@/lib/auth/schema";
import type { Page } from "@/lib/core/page";
import type { Device, DeviceInput } from "@/lib/devices/schema";
import type { Event, EventType } from "@/lib/events/schema";
import type { Session } from "@/lib/sessions/schema";
import type { PublicUser, User } from "@/lib/users/schema";
import { beginAuthorization } from "./authorization";
import { authorized } from "./authorized";
import { failedCall } from "./failed-call";
import { ProofAsked } from "./proof-asked";
import { type Call, send } from "./send";
import { type KeptProof, type OnProofRequired, steppedUp } from "./stepped-up";
import type { TokenStore } from "./token-store";

export type ClientOptions = {
  /** Where Latchkey is, as `https://accounts.example.org`. */
  origin: string;
  store: TokenStore;
  /** What the owner sees of this device in their list. */
  device?: Omit<DeviceInput, "token">;
  /** Without it a call that needs a step-up rejects with `proof_required`. */
  onProofRequired?: OnProofRequired;
  fetch?: typeof fetch;
};

type Signal = { signal?: AbortSignal };
type Paging = Signal & { limit?: number; cursor?: string };

export type Client = ReturnType<typeof createClient>;

/**
 * A client for apps and command lines. Every method rejects with a FailedCall when the server says no, with the
 * signal's reason when it is given up, and with the network's error when there is no server to be reached.
 */
export function createClient({ origin, store, device = {}, onProofRequired, fetch = globalThis.fetch }: ClientOptions) {
  const transport = { origin, fetch };
  const kept: KeptProof = { secret: null };
  const sendAuthorized = steppedUp(authorized(transport, store), kept, onProofRequired);

  async function call<T>(request: Call): Promise<T> {
    return read<T>(await sendAuthorized(request));
  }

  async function signedIn(path: string, input: object, { signal }: Signal, tries?: number): Promise<SignedIn> {
    const { deviceToken } = await store.load();
    const body = { ...input, device: { ...device, ...(deviceToken === null ? {} : { token: deviceToken }) } };
    const answer = await read<SignInAnswer | { attempt: Attempt }>(await send(transport, { method: "POST", path, body, signal, ...(tries ? { tries } : {}) }, null));
    if ("attempt" in answer) throw new ProofAsked(answer.attempt);
    if (!answer.tokens) throw new Error("the server answered without tokens");
    const { accessToken, refreshToken } = answer.tokens;
    kept.secret = answer.proof ?? null;
    await store.save({ tokens: { accessToken, refreshToken }, deviceToken: answer.deviceToken ?? deviceToken });
    return { user: answer.user, session: answer.session };
  }

  return {
    /** Never sent twice: an answer that was lost may have made the account. Rejects with ProofAsked where an address is proven first. */
    signUp: (input: { email: string; password: string; name: string }, more: Signal = {}) => signedIn("/api/auth/signup", { ...input, client: "native" }, more, 1),
    /** Rejects with ProofAsked where the account asks for more than the password. */
    signIn: (input: { email: string; password: string }, more: Signal = {}) => signedIn("/api/auth/signin", { ...input, client: "native" }, more),
    /**
     * Begins a sign-in by the system's browser, which is led back to `redirectUri`, one of the server's `NATIVE_REDIRECTS`. In
     * Node `signInByBrowser` does the rest. Where the answer to its end was lost, asking again ends what it began: better than a session that nobody holds.
     */
    authorize: (redirectUri: string) => beginAuthorization(origin, device, redirectUri, (given, more) => signedIn("/api/auth/token", given, more)),
    /** Ends this session; the tokens are forgotten once the server has said that it is over. */
    async signOut({ signal }: Signal = {}): Promise<void> {
      const { tokens, deviceToken } = await store.load();
      if (tokens === null) return;
      await read(await send(transport, { method: "POST", path: "/api/auth/revoke", body: { token: tokens.refreshToken }, signal }, null));
      kept.secret = null;
      await store.save({ tokens: null, deviceToken });
    },
    session: ({ signal }: Signal = {}) => call<SignedIn>({ method: "GET", path: "/api/auth/session", signal }),
    sessions: ({ signal, ...query }: Paging & { ended?: boolean } = {}) => call<Page<Session>>({ method: "GET", path: "/api/auth/sessions", query, signal }),
    endSession: (id: string, { signal }: Signal = {}) => call<void>({ method: "DELETE", path: `/api/auth/sessions/${encodeURIComponent(id)}`, signal }),
    endSessions: (body: { keepCurrent?: boolean } = {}, { signal }: Signal = {}) => call<{ ended: number }>({ method: "POST", path: "/api/auth/logout-all", body, signal }),
    devices: ({ signal, ...query }: Paging = {}) => call<Page<Device>>({ method: "GET", path: "/api/auth/devices", query, signal }),
    renameDevice: (id: string, name: string | null, { signal }: Signal = {}) => call<Device>({ method: "PATCH", path: `/api/auth/devices/${encodeURIComponent(id)}`, body: { name }, signal }),
    forgetDevice: (id: string, { signal }: Signal = {}) => call<void>({ method: "DELETE", path: `/api/auth/devices/${encodeURIComponent(id)}`, signal }),
    addresses: ({ signal, ...query }: Paging = {}) => call<Page<Ip>>({ method: "GET", path: "/api/auth/ips", query, signal }),
    activity: ({ signal, ...query }: Paging & { type?: EventType } = {}) => call<Page<Event>>({ method: "GET", path: "/api/auth/activity", query, signal }),
    /** Never sent twice: after an answer that was lost the current password may be another. */
    changePassword: (body: { currentPassword: string; newPassword: string }, { signal }: Signal = {}) => call<void>({ method: "POST", path: "/api/auth/password", body, signal, tries: 1 }),
    me: ({ signal }: Signal = {}) => call<User>({ method: "GET", path: "/api/users/me", signal }),
    updateMe: (body: { name: string }, { signal }: Signal = {}) => call<User>({ method: "PATCH", path: "/api/users/me", body, signal }),
    user: (id: string, { signal }: Signal = {}) => call<PublicUser>({ method: "GET", path: `/api/users/${encodeURIComponent(id)}`, signal }),
    /** Anything else of the API. */
    call,
  };
}

async function read<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw await failedCall(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

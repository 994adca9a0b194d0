import type { Tokens } from "@/lib/tokens/schema";
import { type FailedCall, failedCall } from "./failed-call";
import { type Call, send, type Transport } from "./send";
import type { TokenStore } from "./token-store";

/** Sends calls with the access token, and exchanges the refresh token when it is needed. */
export type Authorized = (call: Call) => Promise<Response>;

/**
 * However many calls are answered 401 at once, the refresh token is exchanged once, and each call is sent again with the
 * new access token. Only when the server says that the session is over are the tokens forgotten: an outage signs
 * nobody out. A call that is given up does not give up the exchange that others wait for.
 */
export function authorized(transport: Transport, store: TokenStore): Authorized {
  let exchange: Promise<void> | null = null;

  async function refresh(refreshToken: string): Promise<void> {
    const call = { method: "POST", path: "/api/auth/refresh", body: { refreshToken } } as const;
    const answer = await send(transport, call, null);
    if (!answer.ok) {
      const failed = await failedCall(answer);
      if (isOver(failed)) await store.save({ ...(await store.load()), tokens: null });
      throw failed;
    }
    const { tokens } = (await answer.json()) as { tokens: Tokens };
    const { accessToken, refreshToken: next } = tokens;
    await store.save({ ...(await store.load()), tokens: { accessToken, refreshToken: next } });
  }

  return async (call) => {
    const { tokens } = await store.load();
    const answer = await send(transport, call, tokens?.accessToken ?? null);
    if (answer.status !== 401 || tokens === null) return answer;
    const failed = await failedCall(answer.clone());
    if (failed.code !== "unauthenticated") return answer;
    const now = await store.load();
    if (now.tokens?.accessToken === tokens.accessToken) {
      exchange ??= refresh(tokens.refreshToken).finally(() => {
        exchange = null;
      });
      await unlessAborted(exchange, call.signal);
    }
    const { tokens: fresh } = await store.load();
    return fresh === null ? answer : send(transport, call, fresh.accessToken);
  };
}

function isOver({ code }: FailedCall): boolean {
  return code === "unauthenticated" || code === "token_reused";
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

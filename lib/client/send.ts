/** `PROOF_HEADER` of lib/core, whose values an app has not: it copies this folder alone. */
const PROOF_HEADER = "x-latchkey-proof";

export type Call = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal | undefined;
  /** Of a step-up (ACCOUNTS 8). */
  proof?: string;
  /** How often at most it is tried while the server answers 503 or cannot be reached. */
  tries?: number;
};

export type Transport = { origin: string; fetch: typeof fetch };

const TRIES = 4;
/** An outage of the network has no Retry-After; and none is waited for longer than this. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * One call, sent again while the server answers 503 (after its Retry-After) or cannot be reached. Resolves with any other
 * answer; rejects with the last error of the network, or with the signal's reason.
 */
export async function send({ origin, fetch }: Transport, call: Call, accessToken: string | null): Promise<Response> {
  const { method, path, body, query = {}, signal, proof, tries = TRIES } = call;
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
    ...(proof === undefined ? {} : { [PROOF_HEADER]: proof }),
  };
  const request = { method, headers, credentials: "omit", ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(signal ? { signal } : {}) } as const;
  for (let left = tries - 1; ; left--) {
    signal?.throwIfAborted();
    let wait = PAUSE_MS;
    try {
      const answer = await fetch(url, request);
      if (answer.status !== 503 || left <= 0) return answer;
      wait = Number(answer.headers.get("retry-after") ?? 0) * 1000 || PAUSE_MS;
      await answer.body?.cancel();
    } catch (error) {
      if (signal?.aborted || left <= 0) throw error;
    }
    await pause(Math.min(wait, LONGEST_PAUSE_MS), signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

import { newId } from "@/lib/core/ids";

export const PASSWORD = "seventeen blue kettles";

export type Answer = { path: string; status: number; headers: Headers; cookies: string[]; body: any; text: string };
export type HttpClient = {
  readonly jar: Map<string, string>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
};

/** A browser as far as the API sees one: it keeps cookies and sends its Origin. */
export function httpClient(origin: string): HttpClient {
  const jar = new Map<string, string>();
  return {
    jar,
    async send(method, path, body, headers = {}) {
      const response = await fetch(origin + path, {
        method,
        redirect: "manual",
        headers: {
          origin,
          "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
          ...(jar.size > 0 ? { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body) }),
      });
      const cookies = response.headers.getSetCookie();
      for (const cookie of cookies) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (/max-age=0/i.test(cookie)) jar.delete(name);
        else jar.set(name, value);
      }
      const text = await response.text();
      const json = /\bjson\b/.test(response.headers.get("content-type") ?? "");
      return { path, status: response.status, headers: response.headers, cookies, text, body: json && text !== "" ? JSON.parse(text) : null };
    },
  };
}

/** A browser with a new account, signed in. A busy machine may shed the first hashes of a process: then it is another account. */
export async function signedUp(origin: string): Promise<{ client: HttpClient; email: string; answer: Answer }> {
  for (let tries = 1; ; tries++) {
    const client = httpClient(origin);
    const email = `visitor-${newId()}@example.com`;
    const answer = await client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" });
    if (answer.status === 201) return { client, email, answer };
    if (answer.status !== 503 || tries === 5) throw new Error(`sign-up: ${answer.status} ${answer.text}`);
  }
}

/** Another browser of the same account. */
export async function signedIn(origin: string, email: string): Promise<{ client: HttpClient; answer: Answer }> {
  const client = httpClient(origin);
  const answer = await client.send("POST", "/api/auth/signin", { email, password: PASSWORD });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
  return { client, answer };
}

let strangers = 0;

/** A browser from a network of its own, which no limit knows yet, as the one trusted proxy of an app tells it. */
export function strangerTo(origin: string): HttpClient {
  strangers += 1;
  const from = `198.${18 + (strangers >> 16)}.${(strangers >> 8) & 255}.${strangers & 255}`;
  const { jar, send } = httpClient(origin);
  return { jar, send: (method, path, body, headers) => send(method, path, body, { "x-forwarded-for": from, ...headers }) };
}

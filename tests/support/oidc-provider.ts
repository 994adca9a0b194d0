import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider, type ClientMetadata, type Configuration } from "oidc-provider";
import { atEnd } from "./stop-everything";

/** What somebody has there. */
export type ProviderAccount = { email?: string; email_verified?: unknown; name?: string; picture?: string };

/** panva's certified provider, in the test's own process. */
export type TestProvider = {
  readonly issuer: string;
  /** Accounts by `sub`: whoever gives that at its sign-in page is that one. */
  readonly accounts: Map<string, ProviderAccount>;
  /** What the app's settings have to say of it. */
  readonly env: Record<string, string>;
  /** What became of the logout tokens that it sent: an empty text for one that was taken. */
  readonly logouts: string[];
  /** A browser there, without scripts: `visit` goes where the app sent it, as `login` where a sign-in is asked for, and returns the address that it comes back to the app with. */
  browser(): { visit(url: string, login: string): Promise<string>; signOut(): Promise<void> };
};

type Options = { /** The app's `APP_URL`. */ appUrl: string; /** `127.0.0.1` is another site than an app at `localhost`. */ host?: "localhost" | "127.0.0.1"; name?: string; client?: Partial<ClientMetadata>; configuration?: Configuration };

const CLIENT_ID = "latchkey";
const CLIENT_SECRET = "a secret: with % and & of 32 bytes or more";

export async function startOidcProvider({ appUrl, host = "localhost", name = "acme", client = {}, configuration = {} }: Options): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, ProviderAccount>();
  const logouts: string[] = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${appUrl}/api/auth/providers/${name}/callback`],
        backchannel_logout_uri: `${appUrl}/api/auth/providers/${name}/logout`,
        backchannel_logout_session_required: true,
        ...client,
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture"] },
    cookies: { keys: ["a key of a test"] },
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...accounts.get(sub) }) }),
    // Nobody is asked twice.
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({ clientId: ctx.oidc.client?.clientId, accountId: ctx.oidc.session?.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    // It guards against addresses as ours.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    ...configuration,
  });
  provider.on("backchannel.success", () => logouts.push(""));
  provider.on("backchannel.error", (_ctx, error) => logouts.push(error.message));
  server.on("request", provider.callback());
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const prefix = `OIDC_${name.toUpperCase()}`;
  return {
    issuer,
    accounts,
    logouts,
    env: { OIDC_PROVIDERS: name, [`${prefix}_ISSUER`]: issuer, [`${prefix}_CLIENT_ID`]: CLIENT_ID, [`${prefix}_CLIENT_SECRET`]: CLIENT_SECRET, [`${prefix}_LABEL`]: "Acme", [`${prefix}_TRUST_EMAIL`]: "true" },
    browser: () => browserAt(issuer),
  };
}

function browserAt(issuer: string): ReturnType<TestProvider["browser"]> {
  const cookies = new Map<string, string>();

  async function ask(url: string, form?: Record<string, string>): Promise<Response> {
    const headers = { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join("; ") };
    const answer = await fetch(url, { headers, redirect: "manual", ...(form && { method: "POST", body: new URLSearchParams(form) }) });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [key = "", value = ""] = pair.split(/=(.*)/s);
      if (value === "") cookies.delete(key);
      else cookies.set(key, value);
    }
    return answer;
  }

  async function visit(url: string, login: string): Promise<string> {
    let answer = await ask(url);
    for (let steps = 0; steps < 10; steps++) {
      const location = answer.headers.get("location");
      if (location !== null) {
        const next = new URL(location, issuer).href;
        if (!next.startsWith(issuer)) return next;
        answer = await ask(next);
        continue;
      }
      const page = await answer.text();
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
      if (!action) throw new Error(`${answer.status} ${page.slice(0, 500)}`);
      // Also the form by which it forgets the one before, when somebody else signs in.
      const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value] as const);
      answer = await ask(new URL(action, issuer).href, { ...Object.fromEntries(hidden), ...(page.includes('name="login"') && { login, password: "any" }) });
    }
    throw new Error("it leads nowhere");
  }

  async function signOut(): Promise<void> {
    const page = await (await ask(`${issuer}/session/end`)).text();
    const [, xsrf = ""] = /name="xsrf" value="([^"]+)"/.exec(page) ?? [];
    const answer = await ask(`${issuer}/session/end/confirm`, { xsrf, logout: "yes" });
    if (answer.status !== 303) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  return { visit, signOut };
}

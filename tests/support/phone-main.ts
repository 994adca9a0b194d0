import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@/lib/client/create-client";
import { memoryStore } from "@/lib/client/token-store";

/** A phone's app: a plain Node process that knows an address, an account and the client. What it saw goes to its parent. */
async function main(): Promise<void> {
  const [origin = "", email = "", password = ""] = process.argv.slice(2);
  const store = memoryStore();
  let refreshes = 0;
  const client = createClient({
    origin,
    store,
    device: { name: "Test phone", platform: "Node 20", appVersion: "1.0" },
    fetch: (url, request) => {
      if (String(url).endsWith("/api/auth/refresh")) refreshes++;
      return fetch(url, request);
    },
  });
  const { session } = await client.signIn({ email, password });
  const first = (await store.load()).tokens;
  await sleep(1_100);
  const names = await Promise.all(Array.from({ length: 20 }, async () => (await client.me()).name));
  const second = (await store.load()).tokens;
  const listed = await client.sessions({ limit: 10 });
  const renamed = await client.renameDevice(session.device.id, "Pocket");
  await client.signIn({ email, password });
  const devices = await client.devices();
  await client.signOut();
  const after = await client.me().then(() => "let in", (error: { code: string }) => error.code);
  process.send?.({ session, names, refreshes, rotated: first?.refreshToken !== second?.refreshToken, clients: listed.items.map((one) => one.client), renamed: renamed.name, devices: devices.items.length, after });
}

void main();

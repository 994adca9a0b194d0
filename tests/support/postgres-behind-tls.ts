import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

/** The address of a PostgreSQL as managed services have it: TLS is asked for in the protocol, then everything goes through it. */
export async function startTlsBefore(databaseUrl: string): Promise<string> {
  const target = new URL(databaseUrl);
  const certificate = await makeCertificate();
  const server = createServer((client) => {
    client.on("error", () => {});
    // SSLRequest, the one message that is not passed on.
    client.once("data", () => {
      client.write("S");
      const secured = new TLSSocket(client, { isServer: true, ...certificate });
      const postgres = connect(Number(target.port), target.hostname);
      for (const one of [secured, postgres]) one.on("error", () => {});
      secured.on("close", () => postgres.destroy());
      postgres.on("close", () => secured.destroy());
      secured.pipe(postgres).pipe(secured);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  url.searchParams.set("sslmode", "require");
  return url.href;
}

async function makeCertificate() {
  const { folder, remove } = await makeTemporaryFolder();
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr ?? made.error?.message}`);
  const certificate = { key: readFileSync(key), cert: readFileSync(cert) };
  await remove();
  return certificate;
}

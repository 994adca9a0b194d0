import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/scripts/servers/free-port";
import { startGuarded } from "@/scripts/servers/guarded-process";
import { postgresAccount } from "@/scripts/servers/postgres-account";
import { findNginx } from "@/scripts/test/tools";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

/** Debian's nginx with the configuration that docs/operating.md gives to operators, before two instances. */
export type Nginx = {
  readonly url: string;
  readonly port: number;
  /** Where its http listens, which leads to https. */
  readonly plainPort: number;
  /** The instances' ports. */
  readonly instances: readonly [number, number];
  /** The certificate, which nobody else trusts. */
  readonly certificate: Buffer;
  /** The requests that it has answered so far. */
  requests(): LoggedRequest[];
  /** The log that the operator has, as it stands. */
  operatorsLog(): string;
  /** What it complained about so far. */
  complaints(): string;
};

export type LoggedRequest = { address: string; method: string; path: string; status: number; userAgent: string; upstream: string; protocol: string };

/** Like nginx.conf of a distribution; logs what a test counts. In the foreground, below a folder of its own. */
const MAIN = `
daemon off;
worker_processes 2;
pid nginx.pid;
events { worker_connections 1024; }
http {
  log_format counted '$remote_addr|$request_method|$request_uri|$status|$http_user_agent|$upstream_addr|$server_protocol';
  access_log access.log counted;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include latchkey.conf;
}
`;

/** Not yet started: the instances want to know its address first. */
export async function prepareNginx(): Promise<Nginx & { start(): Promise<void> }> {
  const { folder, remove } = await makeTemporaryFolder();
  const [port, plainPort, one, two] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const certificate = makeCertificate(folder);
  writeFileSync(join(folder, "nginx.conf"), MAIN);
  writeFileSync(join(folder, "latchkey.conf"), operatorsFile(folder, port, plainPort, [one, two]));
  for (const name of ["access.log", "operators.log", "error.log"]) writeFileSync(join(folder, name), "");
  const account = giveAway(folder);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    url: `https://localhost:${port}`,
    port,
    plainPort,
    instances: [one, two],
    certificate,
    requests: () => read("access.log").split("\n").filter(Boolean).map(logged),
    operatorsLog: () => read("operators.log"),
    complaints: () => read("error.log"),
    async start() {
      const nginx = startGuarded({
        command: findNginx() ?? "nginx",
        args: ["-e", join(folder, "error.log"), "-p", folder, "-c", join(folder, "nginx.conf")],
        log: join(folder, "output.log"),
        stopSignal: "TERM",
        cwd: folder,
        ...account,
      });
      atEnd(async () => {
        await nginx.stop();
        await remove();
      });
      await listening(port, nginx.exited, () => read("error.log") + read("output.log"));
    },
  };
}

/** docs/proxies/nginx.conf with this run's addresses, ports and certificate, and nothing else changed. */
function operatorsFile(folder: string, port: number, plainPort: number, instances: readonly [number, number]): string {
  const changes: [string, string][] = [
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen 443 ", `listen 127.0.0.1:${port} `],
    ["https://accounts.example.org", `https://localhost:${port}`],
    ["accounts.example.org", "localhost"],
    ["127.0.0.1:3000", `127.0.0.1:${instances[0]}`],
    ["127.0.0.1:3001", `127.0.0.1:${instances[1]}`],
    ["/etc/ssl/latchkey", folder],
    // Beside the operator's own log the one that tests count.
    ["access_log /var/log/nginx/access.log latchkey;", "access_log access.log counted; access_log operators.log latchkey;"],
    ["/var/log/nginx/error.log", "error.log"],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/proxies/nginx.conf has no ${from}`);
    return text.replaceAll(from, to);
  }, readFileSync(join("docs", "proxies", "nginx.conf"), "utf8"));
}

function makeCertificate(folder: string): Buffer {
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", ...files]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr ?? made.error?.message}`);
  return readFileSync(join(folder, "certificate.pem"));
}

/** As root it runs as PostgreSQL's account, which may do nothing either. */
function giveAway(folder: string): { uid: number; gid: number } | Record<string, never> {
  const account = postgresAccount();
  if (!account) return {};
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(folder, name));
  for (const name of ["", "body", "proxy", "fastcgi", "uwsgi", "scgi", "key.pem", "access.log", "operators.log", "error.log"]) chownSync(join(folder, name), account.uid, account.gid);
  return account;
}

function logged(line: string): LoggedRequest {
  const [address = "", method = "", path = "", status = "", userAgent = "", upstream = "", protocol = ""] = line.split("|");
  return { address, method, path, status: Number(status), userAgent, upstream, protocol };
}

async function listening(port: number, exited: Promise<unknown>, said: () => string): Promise<void> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const started = Date.now(); Date.now() - started < 10_000 && !ended; await sleep(50)) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (answers) return;
  }
  throw new Error(`nginx does not start:\n${said()}`);
}

/** Hands connections on to `port` so that they come from `address`, another one of this machine. */
export async function startRelay(port: number, address: string): Promise<number> {
  const server = createServer((client) => {
    const target = connect({ port, host: "127.0.0.1", localAddress: address });
    client.pipe(target).pipe(client);
    for (const socket of [client, target]) socket.setNoDelay(true).on("error", () => {});
    client.on("close", () => target.destroy());
    target.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => void server.close());
  const listening = server.address();
  return typeof listening === "object" && listening ? listening.port : 0;
}

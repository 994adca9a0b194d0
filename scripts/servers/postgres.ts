import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { Trouble } from "../trouble";
import { freePort } from "./free-port";
import { startGuarded } from "./guarded-process";
import { type Account, postgresAccount } from "./postgres-account";
import { postgresBinaries } from "./postgres-binaries";
import { pidIn, stopStale } from "./stop-stale";

export type PostgresServer = {
  readonly port: number;
  /** Its postmaster's pid. */
  pid(): number | null;
  /** The address of a database of this server, with its password. */
  url(database?: string): string;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** Data folder; its parent can be entered by PostgreSQL's account. Made when absent. */
  folder: string;
  password: string;
  port?: number;
  /** Settings as `name=value`. */
  settings?: readonly string[];
};

const USER = "latchkey";
/** Nothing of ours: what runs as another account need not know our settings. */
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } as unknown as NodeJS.ProcessEnv;

/** Starts PostgreSQL on a port of the loopback; what a start that was killed hard left behind is ended first. */
export async function startPostgres({ folder, password, port, settings = [] }: PostgresOptions): Promise<PostgresServer> {
  const account = postgresAccount();
  const binaries = postgresBinaries(account);
  const pidFile = join(folder, "postmaster.pid");
  await stopStale(pidFile, /postgres/, "SIGINT");
  if (!existsSync(join(folder, "PG_VERSION"))) initialise(folder, binaries, account, password);
  checkVersion(folder, binaries);

  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const log = `${folder}.log`;
    const server = startGuarded({
      command: join(binaries, "bin", "postgres"),
      args: ["-D", folder, "-p", String(chosen), ...["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings].flatMap((setting) => ["-c", setting])],
      log,
      stopSignal: "INT",
      env: ENVIRONMENT,
      cwd: folder,
      ...account,
    });
    const url = (database = "postgres") => `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${chosen}/${database}`;
    if (await answers(url(), server.exited)) {
      return { port: chosen, url, pid: () => pidIn(pidFile), exited: server.exited, stop: server.stop };
    }
    await server.stop();
    // A server that was killed hard may hold its shared memory a moment longer.
    await sleep(200);
    if (attempt === 5) throw new Trouble(`PostgreSQL does not start: ${lastLine(log)} (all of it: ${log})`);
  }
}

/** Into a folder aside and renamed, so that a broken-off first start leaves nothing half made. */
function initialise(folder: string, binaries: string, account: Account | null, password: string) {
  const unfinished = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true, mode: 0o711 });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) chownSync(path, account.uid, account.gid);
  const made = spawnSync(
    join(binaries, "bin", "initdb"),
    ["-D", unfinished, "-U", USER, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--encoding=UTF8", "--locale=C", "--no-instructions"],
    { env: ENVIRONMENT, cwd: "/", encoding: "utf8", ...account },
  );
  rmSync(passwordFile);
  if (made.status !== 0) throw new Trouble(`PostgreSQL's data folder ${folder} cannot be made: ${made.stderr.trim().split("\n").at(-1) ?? ""}`);
  renameSync(unfinished, folder);
}

function checkVersion(folder: string, binaries: string) {
  const data = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  const program = /(\d+)\./.exec(spawnSync(join(binaries, "bin", "initdb"), ["--version"], { encoding: "utf8" }).stdout)?.[1];
  if (program !== data) throw new Trouble(`${folder} was made by PostgreSQL ${data}, this is ${program}: move that folder away (its accounts go with it), or set DATABASE_URL.`);
}

/** Whether it takes a query before it ends or a minute has passed (it may have to recover first). */
async function answers(url: string, exited: Promise<unknown>): Promise<boolean> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const started = Date.now(); Date.now() - started < 60_000 && !ended; await sleep(30)) {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    try {
      await sql`select 1`;
      return true;
    } catch {
      // Not yet.
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  return false;
}

function lastLine(log: string): string {
  return readFileSync(log, "utf8").trim().split("\n").findLast((line) => /FATAL|ERROR|PANIC|cannot|could not/.test(line)) ?? "it ended at once";
}

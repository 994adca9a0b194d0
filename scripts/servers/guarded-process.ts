import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** A server of ours that ends with us, whatever ends us. */
export type GuardedProcess = {
  /** Resolves with the exit status when the server has ended, for whatever reason. */
  readonly exited: Promise<number | null>;
  /** Asks it to end, and after 10 s makes it. */
  stop(): Promise<void>;
};

export type GuardedOptions = {
  command: string;
  args: readonly string[];
  /** Where its output is appended. */
  log: string;
  /** Where its pid is written, so that the next start finds it if even the guard was killed. */
  pidFile?: string;
  stopSignal: "INT" | "TERM";
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  cwd?: string;
};

/**
 * The guard is a shell that waits for the server and, at the same time, for the end of its standard
 * input. That pipe's other end is ours alone: when we die, by SIGKILL too, the guard ends the server.
 * In a session of its own, so that Ctrl-C in a terminal does not end the servers before the app.
 */
const GUARD = `
signal=$1 pidfile=$2; shift 2
trap : HUP INT TERM
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
[ -z "$pidfile" ] || echo $server >"$pidfile"
( read -r _ <&3
  trap 'kill $nap; exit' TERM
  kill -s $signal $server; kill -s CONT $server
  sleep 10 & nap=$!
  wait $nap
  kill -s KILL $server ) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
while kill -0 $server 2>/dev/null; do wait $server; status=$?; done
kill -s TERM $watcher 2>/dev/null
wait $watcher
exit \${status:-0}
`;

export function startGuarded(options: GuardedOptions): GuardedProcess {
  const log = openSync(options.log, "a", 0o600);
  const child: ChildProcess = spawn("/bin/sh", ["-c", GUARD, "latchkey-guard", options.stopSignal, options.pidFile ?? "", options.command, ...options.args], {
    detached: true,
    stdio: ["pipe", log, log],
    env: options.env ?? process.env,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  closeSync(log);
  child.stdin?.on("error", () => {});
  const exited = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  return {
    exited,
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}

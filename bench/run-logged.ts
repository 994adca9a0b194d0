import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { Trouble } from "@/scripts/trouble";

/** Runs a program to its end, its output in `log`; throws with its last lines when it fails. */
export async function runLogged(command: string, args: readonly string[], { cwd, log, env }: { cwd: string; log: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const output = openSync(log, "w");
  const child = spawn(command, args, { cwd, stdio: ["ignore", output, output], env });
  closeSync(output);
  const code = await new Promise((ended) => child.once("exit", ended).once("error", ended));
  if (code !== 0) throw new Trouble(`${readFileSync(log, "utf8").trim().split("\n").slice(-20).join("\n")}\n\nThat was ${command} ${args.join(" ")}, without which there is nothing to measure.`);
}

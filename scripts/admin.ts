import { grant } from "./admin/grant";
import type { Operator } from "./admin/operator";
import { resealCommand } from "./admin/reseal";
import { reset } from "./admin/reset";
import { Trouble } from "./trouble";

const commands: Record<string, (args: readonly string[], operator: Operator) => Promise<void>> = { grant, reset, reseal: resealCommand };

/** What an operator does from the command line: `npm run admin -- <command> …`. */
export async function main([command = "", ...args]: readonly string[], operator: Operator = { env: process.env, input: process.stdin, output: process.stdout }): Promise<void> {
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!run) {
    const uses = ["grant <email> [--unproven] [--yes]", "reset <email> [--second-step] [--yes]", "reseal"];
    throw new Trouble(`Use it so: ${uses.map((use) => `npm run admin -- ${use}`).join("\n           ")}`);
  }
  await run(args, operator);
}

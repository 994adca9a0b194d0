import { grant } from "./admin/grant";
import { resealCommand } from "./admin/reseal";
import { Trouble } from "./trouble";

const commands: Record<string, (args: readonly string[]) => Promise<void>> = { grant, reseal: resealCommand };

/** What an operator does from the command line: `npm run admin -- <command> …`. */
export async function main([command = "", ...args]: readonly string[]): Promise<void> {
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!run) throw new Trouble(`Use it so: npm run admin -- grant <email> [--yes]\n            npm run admin -- reseal`);
  await run(args);
}

import { launch } from "./launch.mjs";

const commands = ["admin", "build", "sweep", "db-generate", "db-migrate"];
const [command, ...args] = process.argv.slice(2);
if (!commands.includes(command)) {
  console.error(`Commands: ${commands.join(", ")}`);
  process.exit(1);
}
// drizzle-kit is a developer's.
await launch(`scripts/${command}.ts`, { args, installs: command === "db-generate" });

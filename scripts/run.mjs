import { launch } from "./launch.mjs";

const commands = ["admin", "sweep", "db-generate", "db-migrate"];
const [command, ...args] = process.argv.slice(2);
if (!commands.includes(command)) {
  console.error(`Commands: ${commands.join(", ")}`);
  process.exit(1);
}
await launch(`scripts/${command}.ts`, args);

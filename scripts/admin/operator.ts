import type { Readable, Writable } from "node:stream";

/** Who gave a command: what their shell has set, what they type, and where they read what it says. */
export type Operator = { readonly env: NodeJS.ProcessEnv; readonly input: Readable; readonly output: Writable };

/** Says one line more. */
export function tell({ output }: Operator, line: string): void {
  output.write(`${line}\n`);
}

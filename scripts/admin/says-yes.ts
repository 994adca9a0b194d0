import { createInterface } from "node:readline/promises";
import type { Operator } from "./operator";

/** Asks the operator. Nobody who could answer, as in a script, is no yes. */
export async function saysYes({ input, output }: Operator, question: string): Promise<boolean> {
  const terminal = createInterface({ input, output });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const answer = await Promise.race([terminal.question(`${question} (yes or no) `), closed]);
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}

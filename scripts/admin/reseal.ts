import { reseal } from "@/lib/auth/reseal";
import { Trouble } from "../trouble";
import { commandEnvironment } from "../up/running";
import { withContext } from "../with-context";
import { type Operator, tell } from "./operator";

/** `reseal` moves what is sealed in the database to the first of ENCRYPTION_KEYS, so that the others can go. */
export async function resealCommand(args: readonly string[], operator: Operator): Promise<void> {
  if (args.length > 0) throw new Trouble("Use it so: npm run admin -- reseal");
  const env = commandEnvironment(operator.env);
  if (!env.ENCRYPTION_KEYS) throw new Trouble("Give ENCRYPTION_KEYS, the new key first and those before it after it.");
  const { moved, lost } = await withContext(env, reseal);
  tell(operator, `${moved} moved to the first key.`);
  if (lost > 0) throw new Trouble(`${lost} cannot be opened by any of these keys, and were left as they are.`);
}

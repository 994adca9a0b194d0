import { emailSchema } from "@/lib/auth/schema";
import { Trouble } from "../trouble";

/** The one address that a command is given beside its flags; `use`: how the command is used. */
export function addressAmong(args: readonly string[], flags: readonly string[], use: string): string {
  const [address, ...rest] = args.filter((arg) => !flags.includes(arg));
  if (!address || rest.length > 0) throw new Trouble(`Use it so: npm run admin -- ${use}`);
  const parsed = emailSchema.safeParse(address);
  if (!parsed.success) throw new Trouble(`${address} is not an email address.`);
  return parsed.data;
}

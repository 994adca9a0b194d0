import { timeInWords } from "@/lib/mail/time-in-words";
import { Facts } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, Quiet, Words } from "./words";

const size = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function ExportReadyLetter({ house, mail: { account, facts: { askedAt, goneAt, bytes } } }: LetterOf<"export_ready">) {
  return (
    <Letter house={house} preview="It can be downloaded for 7 days." title="Your export is ready" account={account} because="an export of the account of this address was asked for at">
      <Words>Everything that is kept about your account is in one file, ready to be downloaded.</Words>
      <Facts facts={[["Asked for", timeInWords(askedAt)], ["Size", `${size.format(Math.max(bytes, 50_000) / 1_000_000)} MB`], ["Kept until", timeInWords(goneAt)]]} />
      <Action href={`${house.origin}/leave`}>Download</Action>
      <Quiet>You sign in and confirm that it is you before it starts. The file is not in this mail, and nobody gets it by this link alone.</Quiet>
    </Letter>
  );
}

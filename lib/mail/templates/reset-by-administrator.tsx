import type { MailFacts } from "@/lib/mail/kinds";
import { timeInWords } from "@/lib/mail/time-in-words";
import { Facts } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Quiet, Words } from "./words";

const words: Record<MailFacts<"reset_by_administrator">["what"], { title: string; text: string }> = {
  reset_link: { title: "An administrator made a link to your account", text: "An administrator made a link with which a new password can be set for your account. Whoever has it can use it once." },
  second_step: { title: "An administrator removed your second step", text: "An administrator removed the second step of your account: authenticator app, passkeys and recovery codes. You sign in without it until you set one up again." },
};

export function ResetByAdministratorLetter({ house, mail: { account, facts: { at, what } } }: LetterOf<"reset_by_administrator">) {
  return (
    <Letter house={house} preview="Did you ask for it?" title={words[what].title} account={account} because="it is about your account at">
      <Words>{words[what].text}</Words>
      <Facts facts={[["Time", timeInWords(at)]]} />
      <Quiet>If you asked for help, that was it. If you did not, ask your administrators about it.</Quiet>
    </Letter>
  );
}

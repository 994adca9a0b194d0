import { Text } from "@react-email/text";
import type { MailFacts } from "@/lib/mail/kinds";
import { ruleWords } from "@/lib/core/unusual-rule";
import { minutesInWords } from "@/lib/mail/time-in-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { styles } from "./palette";
import { OtherWay, Quiet, Words } from "./words";

type Purpose = MailFacts<"code">["purpose"];

const words: Record<Purpose, { title: string; to: string; because: string; otherwise: string }> = {
  sign_up: {
    title: "Confirm your email address",
    to: "to create your account",
    because: "somebody, probably you, is creating an account with this address at",
    otherwise: "If you did not ask for it, do nothing: without the code there will be no account.",
  },
  sign_in: {
    title: "Your code to sign in",
    to: "to sign in",
    because: "somebody, probably you, is signing in to the account of this address at",
    otherwise: "If you did not ask for it, somebody may know your password: give the code to nobody, and change your password.",
  },
  email_change: {
    title: "Confirm your new email address",
    to: "to use this address for your account",
    because: "somebody, probably you, wants to use this address for their account at",
    otherwise: "If you did not ask for it, do nothing: without the code nothing changes.",
  },
  provider: {
    title: "Confirm your email address",
    to: "to show that this address is yours",
    because: "somebody, probably you, is signing in by way of another provider, which says that this is their address, at",
    otherwise: "If you did not ask for it, do nothing, and give the code to nobody: without it nothing changes.",
  },
  step_up: {
    title: "Confirm that it is you",
    to: "to change something about how you sign in",
    because: "somebody, probably you, is about to change something in the account of this address at",
    otherwise: "If you did not ask for it, somebody is signed in to your account: give the code to nobody, and end the sessions that you do not know.",
  },
};

/** A code, for what, and who asked. It ends with the line that binds the code to our site (WICG origin-bound one-time codes), so that it is filled in nowhere else. */
export function CodeLetter({ house, mail: { account, code, minutes, facts: { purpose, asked, rules } } }: LetterOf<"code">) {
  const { title, to, because, otherwise } = words[purpose];
  return (
    <Letter house={house} preview={`The code is in this mail. It works for ${minutesInWords(minutes)}.`} title={title} account={account} because={because} country={asked.country} last={`@${house.domain} #${code}`}>
      <Words>
        Enter this code {to}, at {house.host} and nowhere else:
      </Words>
      <Text className="code" style={styles.code}>
        {code}
      </Text>
      <Words>It works for {minutesInWords(minutes)}, in the browser or app where you asked for it.</Words>
      {rules.length > 0 && <Words>We ask for it because {rules.map(ruleWords).join(", and because ")}.</Words>}
      <WhereAndWhen of={asked} />
      <Quiet>{otherwise}</Quiet>
      {purpose === "step_up" && <OtherWay href={`${house.origin}/devices`}>See who is signed in</OtherWay>}
      {purpose === "sign_in" && <OtherWay href={`${house.origin}/security`}>Change your password</OtherWay>}
    </Letter>
  );
}

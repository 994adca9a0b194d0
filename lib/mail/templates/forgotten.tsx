import type { MailFacts } from "@/lib/mail/kinds";
import { plainWords } from "@/lib/mail/plain-words";
import { minutesInWords } from "@/lib/mail/time-in-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { Action, OtherWay, Quiet, Words } from "./words";

const because = "somebody, probably you, asked for a new password for the account of this address at";

export function ForgottenLetter({ house, mail: { account, link, minutes, facts: { asked, refused } } }: LetterOf<"forgotten">) {
  return (
    <Letter house={house} preview={`The link works once, for ${minutesInWords(minutes)}.`} title="Set a new password" account={account} because={because} country={asked.country}>
      <Words>
        {refused
          ? "Your old password is refused from now on. Set a new one here; that signs the account out everywhere."
          : "Somebody, probably you, asked to set a new password for your account. Setting it signs the account out everywhere."}
      </Words>
      <Action href={link}>Set new password</Action>
      <Quiet>The link works once, for {minutesInWords(minutes)}.</Quiet>
      <WhereAndWhen of={asked} />
      {!refused && <Quiet>If it was not you, do nothing: your password stays as it is.</Quiet>}
    </Letter>
  );
}

/** An account that is opened by other ways. They are named, and a password can be had all the same. */
export function ForgottenNoPasswordLetter({ house, mail: { account, link, minutes, facts } }: LetterOf<"forgotten_no_password">) {
  return (
    <Letter house={house} preview="You sign in another way." title="Your account has no password" account={account} because={because} country={facts.asked.country}>
      <Words>Somebody, probably you, asked for a new password. Your account has none: you sign in with {waysOf(facts)}, and can go on doing so.</Words>
      <OtherWay href={`${house.origin}/sign-in`}>Sign in</OtherWay>
      <Words>If that is not possible any more, set a password. It signs the account out everywhere.</Words>
      <Action href={link}>Set a password</Action>
      <Quiet>The link works once, for {minutesInWords(minutes)}.</Quiet>
      <WhereAndWhen of={facts.asked} />
      <Quiet>If it was not you, do nothing: everything stays as it is.</Quiet>
    </Letter>
  );
}

function waysOf({ passkeys, providers }: MailFacts<"forgotten_no_password">): string {
  const ways = [...(passkeys ? ["a passkey"] : []), ...providers.map(plainWords)];
  return new Intl.ListFormat("en", { type: "disjunction" }).format(ways);
}

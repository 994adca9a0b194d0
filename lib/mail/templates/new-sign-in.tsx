import { ruleWords } from "@/lib/core/unusual-rule";
import { plainWords } from "@/lib/mail/plain-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Words } from "./words";

const preview = "If that was you, there is nothing to do.";
const because = "it is about your account at";

const through = (provider: string | undefined) => (provider ? ` with ${plainWords(provider) || "another provider"}` : "");
const undoes = (provider: string | undefined) =>
  `signs out that device${provider ? `, unlinks ${plainWords(provider) || "that provider"} unless a second step is asked besides` : ""}, and lets you set a password that only you know`;

export function NewDeviceLetter({ house, mail: { account, back, facts: { done, provider } } }: LetterOf<"new_device">) {
  return (
    <Letter house={house} preview={preview} title="New sign-in to your account" account={account} because={because} country={done.country}>
      <Words>Your account was signed in to{through(provider)} on a device that it did not know.</Words>
      <WhereAndWhen of={done} />
      <NotMe back={back} undoes={undoes(provider)} />
    </Letter>
  );
}

export function UnusualSignInLetter({ house, mail: { account, back, facts: { done, rules, provider } } }: LetterOf<"unusual_sign_in">) {
  return (
    <Letter house={house} preview={preview} title="Unusual sign-in to your account" account={account} because={because} country={done.country}>
      <Words>
        Your account was signed in to{through(provider)} on a device that it did not know. This is unusual: {rules.map(ruleWords).join(", and ")}.
      </Words>
      <WhereAndWhen of={done} />
      <NotMe back={back} undoes={undoes(provider)} />
    </Letter>
  );
}

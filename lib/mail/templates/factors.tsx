import type { FactorName, RemovedName } from "@/lib/mail/kinds";
import { plainWords } from "@/lib/mail/plain-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Action, Words } from "./words";

const because = "it is about your account at";

type Told<N extends string> = Record<N, readonly [title: string, words: string]>;

const added: Told<FactorName> = {
  totp: ["An authenticator app was added", "From now on, signing in to your account asks for a code of that app as well."],
  passkey: ["A passkey was added", "Whoever has that passkey can sign in to your account with it."],
  second_step: ["A second step was switched on", "From now on, signing in to your account asks for a passkey after the password."],
  recovery_codes: ["New recovery codes were made", "Each of them can be used once in place of the second step. Those before them are worth nothing any more."],
};

const removed: Told<RemovedName> = {
  totp: ["Your authenticator app was turned off", "Signing in to your account asks for no code of that app any more."],
  passkey: ["A passkey was removed", "That passkey opens your account no more."],
  second_step: ["The second step was switched off", "From now on, the password alone opens your account."],
  recovery_codes: ["Your recovery codes were removed", "None of them opens your account any more."],
  identity: ["A provider was unlinked", "Signing in there opens your account no more."],
};

function nameFact(name: string | null, label = "Passkey"): [string, string][] {
  return name === null ? [] : [[label, plainWords(name) || "Without a name"]];
}

export function FactorAddedLetter({ house, mail }: LetterOf<"factor_added">) {
  const { account, back, facts } = mail;
  const [title, words] = added[facts.what];
  return (
    <Letter house={house} preview="If that was you, there is nothing to do." title={title} account={account} because={because} country={facts.done.country}>
      <Words>{words}</Words>
      <WhereAndWhen of={facts.done} first={nameFact(facts.name)} />
      {back ? <NotMe back={back} undoes="takes it away again, signs out whoever did it, and lets you set a password that only you know" /> : <IfNot house={house} />}
    </Letter>
  );
}

export function FactorRemovedLetter({ house, mail: { account, facts: { done, what, name } } }: LetterOf<"factor_removed">) {
  const [title, words] = removed[what];
  return (
    <Letter house={house} preview="If that was you, there is nothing to do." title={title} account={account} because={because} country={done.country}>
      <Words>{words}</Words>
      <WhereAndWhen of={done} first={nameFact(name, what === "identity" ? "Provider" : "Passkey")} />
      <IfNot house={house} />
    </Letter>
  );
}

export function PasskeyCounterLetter({ house, mail: { account, facts: { done, name } } }: LetterOf<"passkey_counter">) {
  return (
    <Letter house={house} preview="There may be a copy of it." title="A passkey was refused" account={account} because={because} country={done.country}>
      <Words>
        A passkey of your account counts how often it is used, and now it gave a lower number than before. That happens when there is a copy of it. Nobody got in.
      </Words>
      <WhereAndWhen of={done} first={nameFact(name)} />
      <Words>Remove that passkey, and add a new one.</Words>
      <Action href={`${house.origin}/security`}>Look at your passkeys</Action>
    </Letter>
  );
}

/** Who was asked for a factor of the account before has no link to undo it: somebody who only reads this mailbox would have it too. */
function IfNot({ house }: Pick<LetterOf<"factor_added">, "house">) {
  return (
    <>
      <Words>If it was not you, look at how your account is opened, remove what is not yours, and change your password.</Words>
      <Action href={`${house.origin}/security`}>Look at your account</Action>
    </>
  );
}

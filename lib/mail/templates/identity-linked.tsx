import { plainWords } from "@/lib/mail/plain-words";
import { WhereAndWhen } from "./facts";
import { Letter, type LetterOf } from "./letter";
import { NotMe } from "./not-me";
import { Words } from "./words";

export function IdentityLinkedLetter({ house, mail: { account, back, facts: { done, provider, email, isKept } } }: LetterOf<"identity_linked">) {
  const name = plainWords(provider) || "Another provider";
  const linked = [["Provider", name], ...(email === null ? [] : [["Account there", email] as const])] as const;
  return (
    <Letter house={house} preview="If that was you, there is nothing to do." title={`${name} was linked to your account`} account={account} because="it is about your account at" country={done.country}>
      <Words>Whoever signs in there with that account can sign in to yours with it.</Words>
      <WhereAndWhen of={done} first={linked.map(([label, fact]) => [label, fact] as const)} />
      {isKept && <Words>It was confirmed with the account’s second step, so it cannot be taken away by mail. If it was not you, unlink it, or ask an administrator for help.</Words>}
      <NotMe back={back} undoes={isKept ? "signs out whoever did it, and makes the password useless" : "takes it away again, signs out whoever did it, and lets you set a password that only you know"} />
    </Letter>
  );
}

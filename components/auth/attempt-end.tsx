import Link from "next/link";
import { textLink } from "@/components/ui/text-link";
import type { Attempt } from "@/lib/auth/schema";
import { AuthCard } from "./auth-card";
import { Onward } from "./link-ends";
import { SignedInNotice } from "./signed-in-notice";

type Props = {
  why: "guessed" | "over" | "none";
  /** Where it is known what was under way. */
  attempt: (Pick<Attempt, "kind" | "ways"> & { isFinished?: boolean }) | null;
  /** Of who is signed in here, if anybody is. */
  name: string | null;
};

const words = {
  guessed: { title: "No tries are left", text: "None of what was given was right, so this one is over. Start again when you have what is asked." },
  over: { title: "This is over", text: "It took too long, was given up or turned away, or went on in another window. Nothing is lost but what was typed." },
  none: { title: "Nothing is under way", text: "This browser has no sign-in, sign-up or change of address to go on with. One that was is over after 15 minutes." },
};

const finished = { title: "This is done", text: "It was finished, here or in another window." };

const guessedCodes = { title: words.guessed.title, text: "None of the codes was right, so this one is over. Start again, and we send a new code." };

/** In place of an attempt that leads nowhere any more: says so, and offers the next step. */
export function AttemptEnd({ why, attempt, name }: Props) {
  const kind = attempt?.kind ?? null;
  const { title, text } = why === "guessed" && attempt?.ways[0] === "email_code" ? guessedCodes : attempt?.isFinished ? finished : words[why];
  if (kind === "email_change") return attempt?.isFinished ? <ChangeDone /> : <ChangeEnd title={title} text={text} />;
  const isSignUp = kind === "sign_up";
  const other = isSignUp ? { href: "/sign-in", text: "Have an account?", link: "Sign in" } : { href: "/sign-up", text: "No account yet?", link: "Create one" };
  return (
    <AuthCard
      title={title}
      notice={name !== null && <SignedInNotice name={name} />}
      foot={
        kind !== "sign_in" && (
          <>
            {other.text}{" "}
            <Link href={other.href} prefetch={false} className={textLink}>
              {other.link}
            </Link>
          </>
        )
      }
    >
      <div className="space-y-4">
        <p>{text}</p>
        <Onward href={isSignUp && !attempt?.isFinished ? "/sign-up" : "/sign-in"}>{why === "none" || attempt?.isFinished ? "Sign in" : "Start again"}</Onward>
      </div>
    </AuthCard>
  );
}

function ChangeDone() {
  return (
    <AuthCard title={finished.title}>
      <div className="space-y-4">
        <p>Your address is confirmed, and it is your account’s now.</p>
        <Onward href="/security">To how you sign in</Onward>
      </div>
    </AuthCard>
  );
}

function ChangeEnd({ title, text }: { title: string; text: string }) {
  return (
    <AuthCard title={title}>
      <div className="space-y-4">
        <p>{text} Your address is as it was.</p>
        <Onward href="/security">Start again</Onward>
      </div>
    </AuthCard>
  );
}

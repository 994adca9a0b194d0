import Link from "next/link";
import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { textLink } from "@/components/ui/text-link";
import type { GivenProofWay, ProofWay } from "@/lib/auth/schema";
import { AuthCard } from "./auth-card";
import { CodeForm } from "./code-form";
import { ConfirmForm } from "./confirm-form";
import { Onward } from "./link-ends";
import { OtherWays } from "./other-ways";
import { PasskeyProof } from "./passkey-proof";
import { ProofByMail } from "./proof-by-mail";
import { ProviderProof } from "./provider-proof";
import { providerIn } from "./way-words";

type Props = {
  /** What came of a way that was tried. */
  notice?: ReactNode;
  user: { name: string; email: string };
  /** Where it leads afterwards. */
  next: string;
  /** The ways that would do, and the one of them that is asked now; null where there is none. */
  ways: readonly ProofWay[];
  way: ProofWay | null;
  /** What the operator calls each of the providers among them, by its name. */
  labels: Readonly<Record<string, string>>;
  /** The account asks for a second step: no password would do in its place. */
  secondStep: boolean;
  mail: boolean;
  /** Where the way is a code by mail: it was sent, and works. */
  isSent: boolean;
  sendCode: FormAction<null>;
  confirm: FormAction<null>;
};

const questions: Record<GivenProofWay, string> = {
  password: "We ask for your password once more before this is done.",
  totp: "Enter the code of your authenticator app: we ask once more before this is done.",
  recovery_code: "Enter one of your recovery codes: we ask once more before this is done. It works once.",
  passkey: "Use a passkey: we ask once more before this is done.",
  email_code: "Enter the code that we send to this address: we ask once more before this is done.",
};

/** Asks once more who is there: a session that was left open, or a cookie that was stolen, does nothing of weight. */
export function ConfirmView(props: Props) {
  const { user, next, ways, way, labels, secondStep, mail, notice } = props;
  return (
    <AuthCard
      title="Confirm that it is you"
      notice={notice}
      foot={
        <Link href={next} prefetch={false} className={textLink}>
          Back
        </Link>
      }
    >
      <div className="space-y-5">
        <p className="text-quiet">
          You are signed in as <bdi className="font-medium text-ink">{user.email}</bdi>. {way && questionOf(way, labels)}
        </p>
        {way === null && <NoWay mail={mail} />}
        <Answer {...props} />
        <OtherWays labels={labels} ways={ways.filter((other) => other !== way)} hrefOf={(other) => `/confirm?${new URLSearchParams({ next, way: other }).toString()}`} />
        {secondStep && <p className="text-13 text-quiet">None of these at hand? An administrator can help.</p>}
        {!secondStep && way === "passkey" && !ways.includes("password") && <NoPasskey mail={mail} />}
      </div>
    </AuthCard>
  );
}

function questionOf(way: ProofWay, labels: Props["labels"]): string {
  const provider = providerIn(way);
  return provider === null ? questions[way as GivenProofWay] : `Sign in at ${labels[provider] ?? provider} once more: we ask before this is done.`;
}

function Answer({ user, next, way, labels, mail, isSent, sendCode, confirm }: Props) {
  const provider = way === null ? null : providerIn(way);
  if (provider !== null) return <ProviderProof name={provider} label={labels[provider] ?? provider} next={next} />;
  if (way === "email_code") return <ProofByMail isSent={isSent} send={sendCode} confirm={confirm} next={next} />;
  if (way === "totp" || way === "recovery_code") return <CodeForm key={way} action={confirm} method={way} next={next} />;
  if (way === "passkey") return <PasskeyProof purpose="prove" action={confirm} next={next} />;
  if (way !== "password") return null;
  return (
    <>
      <ConfirmForm action={confirm} email={user.email} next={next} />
      <p className="text-13 text-quiet">
        {mail ? (
          <Link href="/forgot" prefetch={false} className={textLink}>
            Forgot password?
          </Link>
        ) : (
          "If you have forgotten your password, an administrator can help."
        )}
      </p>
    </>
  );
}

/** A password, once there is one, does here as well. */
function NoPasskey({ mail }: { mail: boolean }) {
  return (
    <p className="text-13 text-quiet">
      No passkey at hand?{" "}
      {mail ? (
        <Link href="/forgot" prefetch={false} className={textLink}>
          Set a password
        </Link>
      ) : (
        "An administrator can help."
      )}
    </p>
  );
}

function NoWay({ mail }: { mail: boolean }) {
  return (
    <>
      <p>This account has no password at the moment. {mail ? "Set one first, by a link that we send you." : "An administrator can help."}</p>
      {mail && <Onward href="/forgot">Set a password</Onward>}
    </>
  );
}

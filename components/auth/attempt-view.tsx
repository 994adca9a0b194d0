import Link from "next/link";
import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { textLink } from "@/components/ui/text-link";
import type { Attempt, WayName } from "@/lib/auth/schema";
import { AuthCard } from "./auth-card";
import { CodeForm } from "./code-form";
import { LinkButton } from "./link-button";
import { OtherWays } from "./other-ways";
import { PasskeyProof } from "./passkey-proof";
import { PasswordProof } from "./password-proof";
import { type ByProvider, WhoTheySay } from "./provider-attempt";
import { ResendCode, type Sendings } from "./resend-code";
import { Until } from "./until";

type Props = {
  /** Of the attempt. */
  id: string;
  notice: ReactNode;
  attempt: Attempt;
  /** The one of its ways that is asked now. */
  way: WayName;
  /** A code is on its way by mail. */
  isSent: boolean;
  /** The way in by another device. */
  approval: ReactNode;
  /** Where it began at another provider. */
  by: ByProvider | null;
  /** Why a sign-in looks unusual, each as the end of a sentence. */
  reasons: readonly string[];
  codeMinutes: number;
  /** For how many days a second step is not asked for again here; null where none is asked. */
  trustDays: number | null;
  prove: FormAction<null>;
  sendCode: FormAction<Sendings>;
  giveUp: FormAction<null>;
  takeBack: FormAction<null>;
  /** The code as it was typed before a step-up was asked for. */
  typed: string | undefined;
};

/** What an attempt asks: for whom, why, by which of its ways, and until when. */
export function AttemptView(props: Props) {
  const { attempt, notice, way, isSent, by, reasons, codeMinutes, trustDays, giveUp, takeBack } = props;
  const { kind, address, expiresAt, ways } = attempt;
  const whose = by?.does !== "link" ? <bdi className="font-medium">{address}</bdi> : way === "email_code" ? <bdi className="font-medium">{by.masked}</bdi> : "this account";
  return (
    <AuthCard title={titleOf(kind, by)} notice={notice} foot={kind !== "sign_in" && <LinkButton action={kind === "sign_up" ? takeBack : giveUp}>Wrong address?</LinkButton>}>
      <div className="space-y-5">
        <div className="space-y-2">
          {by?.does === "link" && (
            <p>
              <WhoTheySay by={by} />
            </p>
          )}
          <div>
            {(way === "email_code" && !isSent ? unsent : questions[way])(whose)} {kind !== "email_change" && <LinkButton action={giveUp}>Not you?</LinkButton>}
          </div>
          <p className="text-quiet">{why(kind, by, reasons, trustDays !== null)}</p>
        </div>
        <Answer {...props} />
        {way === "password" && by?.mail && (
          <p className="text-13">
            <Link href="/forgot" prefetch={false} className={textLink}>
              Forgot password?
            </Link>
          </p>
        )}
        <OtherWays ways={ways.filter((other) => other !== way)} hrefOf={(other) => `/continue?way=${other}`} />
        {kind === "sign_in" && by?.does !== "enter" && !(way === "password" && by?.mail) && <p className="text-13 text-quiet">None of these at hand? An administrator can help.</p>}
        <Until expiresAt={expiresAt}>{way === "email_code" && <>A code works for {codeMinutes} minutes. </>}</Until>
      </div>
    </AuthCard>
  );
}

function Answer({ id, attempt: { address, mail }, way, isSent, approval, trustDays, prove, sendCode, typed }: Props) {
  if (way === "totp" || way === "recovery_code") return <CodeForm key={way} action={prove} attempt={id} method={way} trustDays={trustDays} />;
  if (way === "approval") return approval;
  if (way === "password") return <PasswordProof action={prove} attempt={id} email={address} />;
  if (way === "passkey") return <PasskeyProof purpose="attempt" action={prove} attempt={id} trustDays={trustDays} />;
  return (
    <>
      {isSent && <CodeForm action={prove} attempt={id} method="email_code" before={typed} />}
      {mail && <ResendCode action={sendCode} mail={mail} isFirst={!isSent} />}
    </>
  );
}

const questions: Record<WayName, (whose: ReactNode) => ReactNode> = {
  email_code: (whose) => <>Enter the code that we sent to {whose}.</>,
  totp: (whose) => <>Enter the code of your authenticator app for {whose}.</>,
  recovery_code: (whose) => <>Enter one of the recovery codes of {whose}. Each works once.</>,
  passkey: (whose) => <>Use a passkey of {whose}.</>,
  approval: (whose) => <>Ask another device on which {whose} is signed in.</>,
  password: (whose) => <>Enter the password of {whose}.</>,
};

const unsent = (whose: ReactNode) => <>We can send a code to {whose}.</>;

function titleOf(kind: Attempt["kind"], by: ByProvider | null): string {
  if (by?.does === "link") return "Is this account yours?";
  return kind === "sign_in" && by?.does !== "enter" ? "One more step" : "Confirm your address";
}

function why(kind: Attempt["kind"], by: ByProvider | null, reasons: readonly string[], isSecondStep: boolean): string {
  if (by?.does === "enter") return `${by.label} says that this address is yours, and the code shows it.`;
  if (by?.does === "link" && reasons.length > 0) return `We ask because ${reasons.join(", and ")}. Then you can link your account with ${by.label} to it.`;
  if (by?.does === "link") return `It shows that the account is yours too. Then you can link your account with ${by.label} to it.`;
  if (kind === "sign_up") return "It shows that the address is yours. Until then there is no account.";
  if (kind === "email_change") return "It shows that the address is yours. Until then nothing about your account changes.";
  const right = by ? `${by.label} knows you.` : "Your password was right.";
  if (isSecondStep) return `${right} Your account asks for a second step after it.`;
  if (reasons.length > 0) return `${right} We ask all the same, because ${reasons.join(", and ")}.`;
  return `${right} We ask all the same, because your account does not know this device.`;
}

import type { FormAction } from "@/components/ui/action-state";
import type { ReactNode } from "react";
import { Time } from "@/components/ui/time";
import type { Attempt } from "@/lib/auth/schema";
import { AuthCard } from "./auth-card";
import { CodeForm } from "./code-form";
import { LinkButton } from "./link-button";
import { ResendCode, type Sendings } from "./resend-code";

type Props = {
  attempt: Attempt;
  /** The way in by another device, where that is one. */
  approval: ReactNode;
  /** Why a sign-in looks unusual, each as the end of a sentence. */
  reasons: readonly string[];
  codeMinutes: number;
  prove: FormAction<null>;
  sendCode: FormAction<Sendings>;
  giveUp: FormAction<null>;
  takeBack: FormAction<null>;
  /** The code as it was typed before a step-up was asked for. */
  typed: string | undefined;
};

/** What an attempt asks: for whom, why, by which code, and until when. */
export function AttemptView({ attempt: { kind, address, expiresAt, ways, mail }, approval, reasons, codeMinutes, prove, sendCode, giveUp, takeBack, typed }: Props) {
  return (
    <AuthCard title={kind === "sign_in" ? "One more step" : "Confirm your address"} foot={kind !== "sign_in" && <LinkButton action={kind === "sign_up" ? takeBack : giveUp}>Wrong address?</LinkButton>}>
      <div className="space-y-5">
        <div className="space-y-2">
          <div>
            {ways[0] === "email_code" ? "Enter the code that we sent to " : "You are signing in as "}
            <bdi className="font-medium">{address}</bdi>. {kind !== "email_change" && <LinkButton action={giveUp}>Not you?</LinkButton>}
          </div>
          <p className="text-quiet">{why(kind, reasons)}</p>
        </div>
        {ways[0] === "approval" && approval}
        {mail && (
          <>
            <CodeForm action={prove} before={typed} />
            <ResendCode action={sendCode} mail={mail} />
          </>
        )}
        {ways[0] !== "approval" && approval}
        <p className="border-t pt-4 text-13 text-quiet">
          {mail && `A code works for ${codeMinutes} minutes. `}You can go on here until <Time at={expiresAt} form="clock" />.
        </p>
      </div>
    </AuthCard>
  );
}

function why(kind: Attempt["kind"], reasons: readonly string[]): string {
  if (kind === "sign_up") return "It shows that the address is yours. Until then there is no account.";
  if (kind === "email_change") return "It shows that the address is yours. Until then nothing about your account changes.";
  if (reasons.length > 0) return `Your password was right. We ask all the same, because ${reasons.join(", and ")}.`;
  return "Your password was right. We ask all the same, because your account does not know this device.";
}

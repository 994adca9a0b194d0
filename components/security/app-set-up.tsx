"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { CodeFormOf } from "@/components/auth/code-form";
import type { FormAction } from "@/components/ui/action-state";
import { buttonClasses } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { useAction } from "@/components/ui/use-action";
import type { MadeCodes, TotpConfirmed } from "@/lib/factors/schema";
import { MakeCodes } from "./make-codes";
import { RecoveryCodes } from "./recovery-codes";

type Props = {
  email: string;
  /** In base32; null where nothing is being set up. */
  secret: string | null;
  /** The same as a picture. */
  picture: ReactNode;
  before: string | undefined;
  action: FormAction<TotpConfirmed>;
  /** Since when an app is on, if one is. */
  since: string | null;
  makeCodes: FormAction<MadeCodes>;
};

/** The secret for the app, a code of it in return, and then what is shown only once: in one place, so that it stays where no script runs. */
export function AppSetUp({ email, secret, picture, before, action, since, makeCodes }: Props) {
  const form = useAction(action);
  const { state } = form;
  return (
    <Card className="max-w-[40rem] p-5">
      {state.status === "ok" ? <IsOn codes={state.value.recoveryCodes} email={email} /> : secret === null ? <NothingUnderWay since={since} email={email} makeCodes={makeCodes} /> : (
        <ol className="space-y-6">
          <Step number={1} title="Scan this with your app">
            <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
              {picture}
              <div className="min-w-0 basis-56 grow space-y-2">
                <p className="text-quiet">Or type this key into it; if it asks, the key is time-based:</p>
                <p className="figures rounded-md border bg-sunken px-3 py-2 font-mono text-14 break-normal" aria-label="Key">
                  {grouped(secret)}
                </p>
                <CopyButton text={secret} what="the key" />
              </div>
            </div>
          </Step>
          <Step number={2} title="Type the code that it shows">
            <div className="max-w-[20rem]">
              <CodeFormOf form={form} before={before} />
            </div>
          </Step>
        </ol>
      )}
      {state.status !== "ok" && secret !== null && (
        <p className="mt-6 border-t pt-4 text-13 text-quiet">
          Until then nothing changes.{" "}
          <Link href="/security" prefetch={false} className={textLink}>
            Leave it
          </Link>
        </p>
      )}
    </Card>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li>
      <h2 className="mb-3 flex items-center gap-2.5 text-16 font-semibold">
        <span aria-hidden="true" className="grid size-6 place-items-center rounded-full bg-accent-soft text-13 text-accent-strong">
          {number}
        </span>
        {title}
      </h2>
      {children}
    </li>
  );
}

/** As people read it out: in groups of four. */
function grouped(secret: string): string {
  return secret.replaceAll(/.{4}(?=.)/g, "$& ");
}

function IsOn({ codes, email }: { codes: string[] | null; email: string }) {
  return (
    <div className="space-y-5">
      <Notice tone="good" role="status" title="Your authenticator app is on.">
        <p>From now on a code of it is asked after your password{codes ? "." : ". Your recovery codes stay as they are."}</p>
      </Notice>
      {codes && <RecoveryCodes codes={codes} email={email} />}
      <Link href="/security" prefetch={false} className={buttonClasses("primary")}>
        {codes ? "I have kept them" : "Back to Security"}
      </Link>
    </div>
  );
}

/** Also what a browser comes to whose answer was lost: the app is on, and nobody has seen the codes that came with it. */
function NothingUnderWay({ since, email, makeCodes }: Pick<Props, "since" | "email" | "makeCodes">) {
  return (
    <div className="space-y-4">
      {since === null ? (
        <p>No app is being set up here. One that was had ten minutes, and nothing else may change meanwhile.</p>
      ) : (
        <>
          <p>
            Your authenticator app is on, since <Time at={since} />. No other one is being set up here. If you have not seen your recovery codes, make new ones.
          </p>
          <MakeCodes email={email} action={makeCodes} />
        </>
      )}
      <Link href="/security#authenticator-app" prefetch={false} className={buttonClasses("primary")}>
        Back to Security
      </Link>
    </div>
  );
}

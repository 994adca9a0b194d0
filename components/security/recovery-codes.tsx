"use client";

import { Download, Printer } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { Button, buttonClasses } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

const never = () => () => {};

/** Codes that were just made, the only time that they can be seen: to copy, to save as a file, to print. */
export function RecoveryCodes({ codes, email }: { codes: readonly string[]; email: string }) {
  const isScripted = useSyncExternalStore(never, () => true, () => false);
  const text = `Recovery codes of ${email}\nEach of them works once, in place of a code of the authenticator app or a passkey.\n\n${codes.join("\n")}\n`;
  return (
    <div className="space-y-4">
      <div role="status">
        <p className="text-16 font-semibold">Keep these recovery codes now</p>
        <p className="mt-1 text-pretty text-quiet">They are shown only this once. Each works once, when your app or passkey is not at hand. Keep them where only you find them, but not only on this device.</p>
      </div>
      <div className="printed">
        <p className="hidden print:block">Recovery codes of {email}. Each of them works once.</p>
        <ol aria-label="Recovery codes" className="figures grid gap-x-6 gap-y-1.5 rounded-md border bg-sunken px-4 py-3 font-mono text-14 sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code} className="whitespace-nowrap">
              {code}
            </li>
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} what="the recovery codes" />
        <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="recovery-codes.txt" className={buttonClasses("plain", "small")}>
          <Download size={15} aria-hidden="true" />
          Download
        </a>
        {isScripted && (
          <Button size="small" onClick={() => window.print()}>
            <Printer size={15} aria-hidden="true" />
            Print
          </Button>
        )}
      </div>
    </div>
  );
}

/** The same below the form that made them, if it did. */
export function shownOnce(email: string): (made: { recoveryCodes?: readonly string[] | null | undefined }) => ReactNode {
  return ({ recoveryCodes }) =>
    recoveryCodes && (
      <div className="mt-2 w-full">
        <RecoveryCodes codes={recoveryCodes} email={email} />
      </div>
    );
}

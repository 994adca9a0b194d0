import { Shield, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import type { NextStep, Protection } from "@/lib/auth/schema";

/** Where each step is taken, and what the link to it says. */
const steps: Record<NextStep, { href: string; words: string }> = {
  confirm_address: { href: "#email-address", words: "Confirm address" },
  set_password: { href: "/forgot", words: "Set a password" },
  set_up_app: { href: "#authenticator-app", words: "Set it up" },
  switch_on: { href: "#second-step", words: "Ask for it" },
  add_passkey: { href: "#passkeys", words: "Add a passkey" },
  make_codes: { href: "#recovery-codes", words: "Make new codes" },
};

/** How well the account is protected, and the next best step if there is one. */
export function ProtectionCard({ protection: { isGood, sentence, next } }: { protection: Protection }) {
  const Icon = isGood ? ShieldCheck : Shield;
  const step = next && steps[next.step];
  return (
    <Card className="flex flex-wrap items-center gap-x-4 gap-y-3 p-5 sm:flex-nowrap">
      <span className={classes("grid size-10 shrink-0 place-items-center rounded-full", isGood ? "bg-accent-soft text-accent-strong" : "bg-unusual-soft text-unusual")}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <div className="min-w-0 grow basis-52">
        <p className="text-16 font-semibold text-pretty">{sentence}</p>
        {next && <p className="mt-0.5 text-pretty text-quiet">{next.why}</p>}
      </div>
      {step && (
        <Link href={step.href} prefetch={false} className={classes(buttonClasses(), "max-sm:w-full shrink-0")}>
          {step.words}
        </Link>
      )}
    </Card>
  );
}

"use client";

import Link from "next/link";
import { buttonClasses } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { FormErrors, fieldError } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import type { Ended } from "@/lib/admin/schema";
import type { EndMatchingAction } from "./admin-actions";

const labels = { reason: "Reason" };

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

type Props = { values: Record<string, string>; words: string[]; counted: Ended; /** The reason, before something else was asked first. */ typed: string | null; action: EndMatchingAction };

/** How many it would be, why, and only then the end. */
export function EndMatching({ values, words, counted, typed, action }: Props) {
  const { state, formProps, pending } = useAction(action);
  const back = `/admin/devices?${new URLSearchParams(values)}`;
  const { matched, users } = counted;
  if (state.status === "ok") {
    const { ended } = state.value;
    return (
      <div className="mx-auto max-w-[36rem] space-y-4">
        <h1 className="text-28 font-semibold tracking-tight">Done</h1>
        <Notice tone="good" role="status" title={`${plural(ended, "session")} of ${plural(state.value.users, "user")} ended`}>
          <p>None of them can be used any more. It is in the audit log.</p>
        </Notice>
        <Link href={back} prefetch={false} className={buttonClasses()}>
          Back to the devices
        </Link>
      </div>
    );
  }
  return (
    <div className="mx-auto max-w-[36rem]">
      <h1 className="text-28 font-semibold tracking-tight">End all that match</h1>
      <Card className="mt-4 space-y-4 p-5">
        <ul aria-label="Filters in force" className="flex flex-wrap gap-1.5">
          {words.map((word) => (
            <li key={word} className="rounded-full bg-accent-soft px-3 py-1 text-13 font-medium text-accent-strong">
              <bdi>{word}</bdi>
            </li>
          ))}
        </ul>
        <p className="figures text-20 font-semibold">
          {plural(matched, "session")} of {plural(users, "user")}
        </p>
        {matched === 0 ? (
          <p className="text-quiet">Nothing is live that matches. Never among them: your own session, and those of people who may do more than you.</p>
        ) : (
          <>
            <p className="text-quiet">They are signed out within seconds, and those who sign in meanwhile with them. Never among them: your own session, and those of people who may do more than you.</p>
            <form {...formProps} className="space-y-4">
              {typed !== null && state.status === "idle" && (
                <Notice role="status">
                  <p>Nothing has ended yet. Press “End {plural(matched, "session")}” once more.</p>
                </Notice>
              )}
              <FormErrors state={state} labels={labels} />
              {Object.entries(values).map(([name, value]) => (
                <input key={name} type="hidden" name={name} value={value} />
              ))}
              <Field label={labels.reason} name="reason" maxLength={200} defaultValue={typed ?? ""} error={fieldError(state, "reason", labels.reason)} hint="For the audit log. The owners do not see it." />
              <div className="flex flex-wrap gap-2">
                <Submit tone="end-solid" pending={pending} busy="Ending…">
                  End {plural(matched, "session")}
                </Submit>
                <Link href={back} prefetch={false} className={buttonClasses()}>
                  Cancel
                </Link>
              </div>
            </form>
          </>
        )}
        {matched === 0 && (
          <Link href={back} prefetch={false} className={buttonClasses()}>
            Back to the devices
          </Link>
        )}
      </Card>
    </div>
  );
}

"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { type FormAction, idle } from "@/components/ui/action-state";
import { classes } from "@/components/ui/classes";

export type Assessment = { score: number; acceptable: boolean; advice: string };

type Props = {
  password: string;
  /** Name and email address, which a password must not hold; read when it is judged. */
  personal: () => Record<string, string>;
  minimum: number;
  assess: FormAction<Assessment>;
};

const PAUSE = 350;
const widths = ["w-0", "w-1/4", "w-1/2", "w-3/4", "w-full"];

/** A thin bar and one sentence. The length says something at once; the server's judgement follows a pause in typing. */
export function PasswordStrength({ password, personal, minimum, assess }: Props) {
  const [judged, setJudged] = useState<{ password: string; assessment: Assessment } | null>(null);

  const judge = useEffectEvent(async () => {
    const form = new FormData();
    form.set("password", password);
    for (const [name, value] of Object.entries(personal())) form.set(name, value);
    // Without an answer the length alone speaks; the server judges again when the form is sent.
    const state = await assess(idle, form).catch(() => idle);
    return state.status === "ok" ? state.value : null;
  });

  useEffect(() => {
    if (password === "") return;
    let dropped = false;
    const timer = setTimeout(async () => {
      const assessment = await judge();
      if (!dropped && assessment) setJudged({ password, assessment });
    }, PAUSE);
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [password]);

  const length = [...password].length;
  const missing = minimum - length;
  const current = judged?.password === password ? judged.assessment : null;
  const score = current ? current.score : Math.min(2, Math.floor((2 * length) / minimum));
  const level = length === 0 ? 0 : Math.max(1, score);
  const advice = current
    ? current.advice
    : missing > 0
      ? `At least ${minimum} characters${length > 0 ? `, ${missing} more` : ""}. A few unrelated words are easy to remember.`
      : (judged?.assessment.advice ?? "");
  return (
    <div className="mt-2">
      <div aria-hidden="true" className="h-1 overflow-clip rounded-full bg-line">
        <div
          className={classes(
            "h-full rounded-full transition-[width,background-color] duration-200 motion-reduce:transition-none",
            widths[level],
            current?.acceptable ? "bg-live" : "bg-unusual-mark",
          )}
        />
      </div>
      <p aria-live="polite" className="mt-1.5 min-h-10 text-13 text-quiet">
        {advice}
      </p>
    </div>
  );
}

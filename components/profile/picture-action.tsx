"use client";

import { useRouter } from "next/navigation";
import type { FormAction } from "@/components/ui/action-state";
import type { ButtonTone } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import { pictureWords } from "./picture-words";

type Props<T> = { action: FormAction<T>; label: string; busy: string; tone?: ButtonTone; done: (value: T) => string };

/** One button that changes the picture, in a form of its own. `done`: what is said then. */
export function PictureAction<T>({ action, label, busy, tone = "plain", done }: Props<T>) {
  const router = useRouter();
  const { served, formProps, pending } = useAction(action, {
    onDone: (value) => {
      toast(done(value));
      router.refresh();
    },
    onFailed: ({ code, message }) => toast(pictureWords(code, message), "alert"),
  });
  return (
    <form {...formProps} className="max-sm:w-full">
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <Submit pending={pending} busy={busy} tone={tone} className="max-sm:w-full">
        {label}
      </Submit>
      {served.status === "failed" && (
        <div className="mt-2">
          <Notice tone="end" role="alert">
            {pictureWords(served.code, served.message)}
          </Notice>
        </div>
      )}
    </form>
  );
}

"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";

const never = () => () => {};

/** A link that was just made, for this look at the page alone. */
export function ResetLink({ url, expiresAt }: { url: string; expiresAt: string }) {
  const isScripted = useSyncExternalStore(never, () => true, () => false);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => input.current?.focus(), []);

  async function copy() {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(url);
      toast("Copied.");
    } catch {
      // Not on https, or not allowed: what is selected can be copied by hand.
      toast("The browser does not let us copy it. It is selected: copy it by hand.", "alert");
    }
  }

  return (
    <div className="order-last max-w-[42rem] basis-full">
      <Notice tone="good" role="status" title="The link is made. It is shown only here and now.">
        <div className="flex flex-wrap items-end gap-2">
          <Field label="Reset link" name="reset-link" readOnly value={url} inputRef={input} onFocus={(event) => event.currentTarget.select()} className="min-w-0 grow basis-64" />
          {isScripted && <Button onClick={copy} className="min-h-10">Copy</Button>}
        </div>
        <p>
          It works once, until <Time at={expiresAt} form="clock" />. Hand it over in a way that only its owner reads.
        </p>
      </Notice>
    </div>
  );
}

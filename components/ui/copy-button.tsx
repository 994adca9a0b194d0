"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "./button";
import { toast } from "./toast";

const SAID_FOR = 3000;
const never = () => () => {};

/** Copies a text. Not there where a browser cannot: without scripts, or on a page that is not secure. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const canCopy = useSyncExternalStore(never, () => "clipboard" in navigator, () => false);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  if (!canCopy) return null;

  function copy() {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast("Your browser did not let us copy it.", "alert"),
    );
  }

  const Icon = copied ? Check : Copy;
  return (
    <Button size="small" onClick={copy} aria-label={copied ? undefined : `Copy ${what}`}>
      <Icon size={15} aria-hidden="true" />
      <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
    </Button>
  );
}

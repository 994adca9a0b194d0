"use client";

import { Button } from "@/components/ui/button";
import { ProviderForm } from "./provider-form";

/** Leads to the provider, where its owner signs in anew. */
export function ProviderProof({ name, label, next }: { name: string; label: string; next: string }) {
  return (
    <ProviderForm purpose="prove" next={next}>
      {(button) => <Button tone="primary" {...button(name, `Continue with ${label}`)} className="min-h-10 w-full" />}
    </ProviderForm>
  );
}

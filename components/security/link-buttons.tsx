"use client";

import { ProviderForm } from "@/components/auth/provider-form";
import { Button } from "@/components/ui/button";
import type { Security } from "@/lib/auth/schema";

/** Lead to the providers that could open the account too. */
export function LinkButtons({ providers }: { providers: Security["linkable"] }) {
  return (
    <ProviderForm purpose="link" next="/security#linked" className="flex flex-wrap gap-2">
      {(button) => providers.map(({ name, label }) => <Button key={name} size="small" {...button(name, `Link ${label}`)} />)}
    </ProviderForm>
  );
}

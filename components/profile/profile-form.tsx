"use client";

import { useRouter } from "next/navigation";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";

const labels = { name: "Name" };

export function ProfileForm({ name, action }: { name: string; action: FormAction<null> }) {
  const router = useRouter();
  const { state, formProps, pending } = useAction(action, {
    onDone: () => {
      toast("Name saved.");
      router.refresh();
    },
  });
  return (
    <form {...formProps} noValidate className="space-y-4">
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <FormErrors state={state} labels={labels} />
      <Field
        label={labels.name}
        name="name"
        autoComplete="name"
        required
        defaultValue={state.status === "failed" ? state.typed.name : name}
        hint="Shown on your pages, and to administrators."
        error={fieldError(state, "name", labels.name)}
      />
      <Submit pending={pending} busy="Saving…">
        Save name
      </Submit>
    </form>
  );
}

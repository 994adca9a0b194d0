import { Field } from "@/components/ui/field";

/** The address that names an account. */
export function EmailField({ label, value, error, isNew = false }: { label: string; value: string | undefined; error: string | undefined; /** Not the one that is kept with the password. */ isNew?: boolean }) {
  return (
    <Field
      label={label}
      name="email"
      type="email"
      autoComplete={isNew ? "email" : "username"}
      autoCapitalize="none"
      spellCheck={false}
      required
      defaultValue={value}
      hint={isNew ? "The new address" : undefined}
      {...(error !== undefined && { error })}
    />
  );
}

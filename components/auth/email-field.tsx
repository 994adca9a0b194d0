import { Field } from "@/components/ui/field";

/** The address that names an account. */
export function EmailField({ label, value, error }: { label: string; value: string | undefined; error: string | undefined }) {
  return (
    <Field
      label={label}
      name="email"
      type="email"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      required
      defaultValue={value}
      {...(error !== undefined && { error })}
    />
  );
}

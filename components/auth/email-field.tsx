import { Field } from "@/components/ui/field";

type Props = {
  label: string;
  value: string | undefined;
  error: string | undefined;
  /** `webauthn` at its end: the browser offers passkeys there too. */
  autoComplete?: "username" | "username webauthn";
  /** Not the one that is kept with the password. */
  isNew?: boolean;
};

/** The address that names an account. */
export function EmailField({ label, value, error, autoComplete = "username", isNew = false }: Props) {
  return (
    <Field
      label={label}
      name="email"
      type="email"
      autoComplete={isNew ? "email" : autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      required
      defaultValue={value}
      hint={isNew ? "The new address" : undefined}
      {...(error !== undefined && { error })}
    />
  );
}

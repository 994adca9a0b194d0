import { buttonClasses } from "@/components/ui/button";

/** A plain form: the answer leads to the provider, where its owner signs in anew. */
export function ProviderProof({ name, label, next }: { name: string; label: string; next: string }) {
  return (
    <form method="post" action={`/api/auth/providers/${name}/start`}>
      <input type="hidden" name="purpose" value="prove" />
      <input type="hidden" name="next" value={next} />
      <button type="submit" className={`${buttonClasses("primary")} min-h-10 w-full`}>
        Continue with {label}
      </button>
    </form>
  );
}

import type { FieldError } from "@/lib/core/errors";
import { AuthCard } from "./auth-card";

/** An app asked for what it cannot have. Nobody is led back to it: that may be what somebody wanted. */
export function AppUnknown({ errors }: { errors: readonly FieldError[] }) {
  return (
    <AuthCard title="This app cannot sign in here">
      <div className="space-y-4">
        <p>It asked in a way that is not allowed here, so nothing was done. You can close this page.</p>
        <p className="text-quiet">If you were about to sign in to an app of yours, tell its maker, or whoever runs this place, what was wrong:</p>
        <ul className="list-disc space-y-1 ps-4 text-13 text-quiet">
          {errors.map(({ path, message }) => (
            <li key={`${path} ${message}`} className="wrap-anywhere">
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      </div>
    </AuthCard>
  );
}

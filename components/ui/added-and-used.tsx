import { Time } from "./time";

/** When something that opens an account came, and when it was last used. */
export function AddedAndUsed({ createdAt, lastUsedAt }: { createdAt: string; lastUsedAt: string | null }) {
  return (
    <p className="dots text-13 text-quiet">
      <span>
        added <Time at={createdAt} />
      </span>
      <span>{lastUsedAt ? <>used <Time at={lastUsedAt} /></> : "not used yet"}</span>
    </p>
  );
}

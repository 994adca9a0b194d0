import type { FormAction } from "@/components/ui/action-state";
import { textLink } from "@/components/ui/text-link";
import { AuthCard } from "./auth-card";
import { AuthorizeForm } from "./authorize-form";

type Props = {
  user: { name: string; email: string };
  /** Where the app is answered, which is all that is known of it. */
  redirectUri: string;
  /** What it says of the device that it runs on. */
  device: { name?: string | undefined; platform?: string | undefined; appVersion?: string | undefined };
  fields: Record<string, string>;
  /** It was pressed before something else was asked first. */
  again: boolean;
  action: FormAction<null>;
  /** Leads back to the app without an answer for it. */
  cancel: string;
  asAnother: string;
};

/** Asks whoever is signed in whether an app may be too: which one, on what, as whom, and what it will be able to do. */
export function AuthorizeView({ user, redirectUri, device, fields, again, action, cancel, asAnother }: Props) {
  const { name, isHere } = nameOf(redirectUri);
  const { name: ownName, platform, appVersion } = device;
  const facts = [ownName, platform, appVersion && `version ${appVersion}`].filter((fact) => fact !== undefined);
  return (
    <AuthCard
      title="Sign in to an app?"
      foot={
        <a href={cancel} rel="noreferrer" className={textLink}>
          Cancel
        </a>
      }
    >
      <div className="space-y-5">
        <div className="space-y-1 rounded-md border bg-sunken px-4 py-3">
          <p className="text-16 font-semibold wrap-anywhere">{isHere ? "A program on this computer" : <bdi>{name}</bdi>}</p>
          {isHere && <p className="text-13 text-quiet wrap-anywhere">It listens at {name}.</p>}
          {facts.length > 0 && (
            <p className="text-13 text-quiet wrap-anywhere">
              It says that it runs on <bdi>{facts.join(", ")}</bdi>.
            </p>
          )}
        </div>
        <p className="wrap-anywhere">
          You are signed in as <bdi className="font-medium">{user.name}</bdi>, <bdi>{user.email}</bdi>.{" "}
          <a href={asAnother} className={textLink}>
            Not you?
          </a>
        </p>
        <p className="text-quiet">The app gets a session of its own and can do what you can. It will stand among your devices, where you can end it.</p>
        <p className="text-quiet">Continue only if you have just begun this in the app yourself. If a link or somebody else has led you here, cancel.</p>
        <AuthorizeForm action={action} fields={fields} again={again} />
      </div>
    </AuthCard>
  );
}

/** A host, or the scheme of an app's own. */
function nameOf(redirectUri: string): { name: string; isHere: boolean } {
  const { protocol, host } = new URL(redirectUri);
  return { name: host || protocol.slice(0, -1), isHere: protocol === "http:" };
}

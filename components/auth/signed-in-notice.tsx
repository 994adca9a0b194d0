import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";

/** For a visitor who is signed in and came to sign in all the same. */
export function SignedInNotice({ name }: { name: string }) {
  return (
    <Notice>
      <p>
        You are here as <bdi className="font-medium">{name}</bdi>.{" "}
        <a href="/devices" className={textLink}>
          Go to your devices
        </a>
      </p>
    </Notice>
  );
}

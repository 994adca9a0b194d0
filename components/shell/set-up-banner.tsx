import { Notice } from "@/components/ui/notice";

/** For whoever's role needs a second step, on the one page that is open to them until they have it. */
export function SetUpBanner() {
  return (
    <aside aria-label="Your second step" className="mx-auto max-w-[62rem] px-4 pt-4">
      <Notice tone="unusual" title="Your role needs a second step.">
        <p>Set up an authenticator app or a passkey here. Everything else is closed to you until then.</p>
      </Notice>
    </aside>
  );
}

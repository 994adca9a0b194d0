import { Notice } from "@/components/ui/notice";
import type { ErrorCode } from "@/lib/core/errors";
import type { Provider, ProviderPurpose } from "@/lib/providers/schema";

/** What came of a provider, by the code in the address. Whoever makes up an address gets no words of their own. */
const words = {
  unavailable: (label: string) => `${label} does not answer right now. Please try again in a moment, or use another way.`,
  forbidden: (label: string) => `You went no further at ${label}, so nothing was done here.`,
  attempt_over: (_label: string) => "That took too long, or was begun in another browser or another time. Please start again.",
  invalid_credentials: (label: string) => `That did not work with ${label}. Please try again, or use another way.`,
  invalid_input: (label: string) => `${label} told us no email address that can be shown to be yours, and without one there is no account here. Try another way.`,
  conflict: (label: string) => `That cannot be done with ${label} right now: it is linked already, or an account has that address and nothing of its own to show that it is yours. Sign in as you did before, and look under Security.`,
  rate_limited: (_label: string) => "Too many attempts. Please wait a little.",
  not_found: (_label: string) => "This provider does not open accounts here, or is no way to do that.",
  proof_required: (label: string) => `${label} is not what your account asks for. Use one of the ways below.`,
} satisfies Partial<Record<ErrorCode, (label: string) => string>>;

/** What a code means only for what somebody was sent there for. */
const wordsFor: Partial<Record<ProviderPurpose, Partial<typeof words>>> = {
  link: {
    conflict: (label) => `That was not linked: what you have at ${label} is linked already, here or to another account, or something about how this one is opened was changed meanwhile.`,
    invalid_credentials: (label) => `That did not work with ${label}, so nothing was linked. Please try again.`,
    unavailable: (label) => `${label} does not answer right now. Please try again in a moment.`,
  },
  prove: { conflict: (_label) => "Something about how your account is opened was changed meanwhile. Please confirm once more." },
};

const WHOEVER = "The other provider";

type Props = { purpose: ProviderPurpose; trouble: unknown; provider: unknown; items: readonly Provider[] };

/** Says it, if the address does: `trouble` and `provider` are what stands there. */
export function ProviderTrouble({ purpose, trouble, provider, items }: Props) {
  if (typeof trouble !== "string") return null;
  const code = Object.hasOwn(words, trouble) ? (trouble as keyof typeof words) : "invalid_credentials";
  const said = wordsFor[purpose]?.[code] ?? words[code];
  const label = items.find(({ name }) => name === provider)?.label ?? WHOEVER;
  return (
    <Notice role="alert" tone="end">
      <p>{said(label)}</p>
    </Notice>
  );
}

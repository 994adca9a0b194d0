import type { ProofWay, StepUp, StepUpInput } from "@/lib/auth/schema";
import type { Authorized } from "./authorized";
import { failedCall } from "./failed-call";
import type { Call } from "./send";

/** Asks whoever holds the app to prove once more who they are, by one of these ways. Rejects when they do not want to. */
export type OnProofRequired = (ways: readonly ProofWay[]) => Promise<StepUpInput>;

/** The last step-up of this client: sent with each call, kept in memory alone, worth nothing after ten minutes. */
export type KeptProof = { secret: string | null };

/**
 * Sends calls, and where one is answered `proof_required` asks for a proof, gives it, and sends that call once more.
 * However many are answered so at once, one proof is asked for. A proof that is refused rejects the calls that waited for
 * it; the hook may ask again on the next.
 */
export function steppedUp(sendAuthorized: Authorized, kept: KeptProof, ask: OnProofRequired | undefined): Authorized {
  let asking: Promise<void> | null = null;

  async function prove(ways: readonly ProofWay[]): Promise<void> {
    if (!ask) return;
    const answer = await sendAuthorized({ method: "POST", path: "/api/auth/proof", body: await ask(ways), tries: 1 });
    if (!answer.ok) throw await failedCall(answer);
    const { proof } = (await answer.json()) as StepUp;
    kept.secret = proof ?? null;
  }

  const proven = (call: Call): Call => (kept.secret === null ? call : { ...call, proof: kept.secret });

  return async (call) => {
    const sent = kept.secret;
    const answer = await sendAuthorized(proven(call));
    if (answer.status !== 403 || !ask) return answer;
    const { code, problem } = await failedCall(answer.clone());
    if (code !== "proof_required") return answer;
    // Another call may have been let through by a proof that came while this one was on its way.
    if (kept.secret === sent) {
      asking ??= prove((problem?.ways ?? []) as ProofWay[]).finally(() => {
        asking = null;
      });
      await asking;
    }
    return sendAuthorized(proven(call));
  };
}

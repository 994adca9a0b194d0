import type { Attempt } from "@/lib/auth/schema";

/**
 * More is asked than was shown: a code, a second step, an approval. `attempt` has the ways that would do, and the `token` by which
 * `POST /api/auth/attempt/prove` goes on; its answer holds the tokens, for the store. By the system's browser all of that is done there.
 */
export class ProofAsked extends Error {
  constructor(readonly attempt: Attempt) {
    super(`More is asked for: ${attempt.ways.join(", ")}.`);
    this.name = "ProofAsked";
  }
}

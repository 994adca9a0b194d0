import { headers } from "next/headers";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type Lead, leadTo, setCookies } from "./action";
import { readProof } from "./proof-cookie";
import { clearedTypedCookie, typedCookie } from "./typed-cookie";

/** Where a form leads that was refused with `proof_required`: to the page of step-ups, and back to `page` (to what has the id `place` there) with what was filled in. */
export async function confirmFirst({ settings }: Context, page: string, fields: Record<string, string> = {}, place?: string): Promise<Lead> {
  await setCookies([await typedCookie(settings, { page, fields })]);
  return leadTo(`/confirm?next=${encodeURIComponent(place === undefined ? page : `${page}#${place}`)}`);
}

/** The same of what a form came to, whatever that was; what was kept of it is forgotten once it is done. */
export async function orConfirmFirst<T>(context: Context, result: T | Failure, page: string, fields: Record<string, string> = {}): Promise<T | Failure | Lead> {
  if (isFailure(result)) return result.failure === "proof_required" ? confirmFirst(context, page, fields) : result;
  await setCookies([clearedTypedCookie(context.settings)]);
  return result;
}

/** The proof that the browser brings along with a form. */
export async function shownProof({ settings }: Context): Promise<ProofShown> {
  return { secret: readProof(settings, await headers()) };
}

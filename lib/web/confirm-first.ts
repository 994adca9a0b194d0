import type { Context } from "@/lib/core/context";
import { type Lead, leadTo, setCookies } from "./action";
import { typedCookie } from "./typed-cookie";

/** Where a form leads that was refused with `proof_required`: to the page of step-ups, and back to `page` (to what has the id `place` there) with what was filled in. */
export async function confirmFirst({ settings }: Context, page: string, fields: Record<string, string> = {}, place?: string): Promise<Lead> {
  await setCookies([await typedCookie(settings, { page, fields })]);
  return leadTo(`/confirm?next=${encodeURIComponent(place === undefined ? page : `${page}#${place}`)}`);
}

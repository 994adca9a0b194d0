import { signOutByForm } from "@/lib/web/sign-out";

/** A plain form posts here: signing out ends with a document navigation, so nothing private stays in the router's memory. */
export const POST = signOutByForm;

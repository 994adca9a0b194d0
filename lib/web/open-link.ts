import { linkPages } from "@/lib/auth/schema";
import { serialiseCookie } from "./cookie-header";
import { linkCookie } from "./link-cookie";
import { visit } from "./visitor";

/** What `newSecret` makes, and so what our mails carry. */
const TOKEN = /^[\w-]{43}$/;

/**
 * A link of a mail is opened. Nothing of the account changes, for programs that look for evil in mails open every link:
 * the token moves out of the address into a sealed cookie, and the page without it is shown (ACCOUNTS 5). What is no
 * token of ours moves nowhere.
 */
export async function openLink(request: Request, { params }: { params: Promise<{ page: string }> }): Promise<Response> {
  const asked = (await params).page;
  const page = linkPages.find((known) => known === asked);
  const headers = new Headers({ location: page ? `/${page}` : "/sign-in", "cache-control": "private, no-store" });
  const token = new URL(request.url).searchParams.get("token") ?? "";
  const { context } = await visit(request.headers, { session: false });
  if (page && TOKEN.test(token)) headers.append("set-cookie", serialiseCookie(await linkCookie(context.settings, { page, token, did: null })));
  return new Response(null, { status: 303, headers });
}

import { avatarUpload } from "./avatar-upload";

const UNAUTHENTICATED = 401;
const CROSS_ORIGIN = 403;

/** The upload of a plain form: leads back to the profile, which says what went wrong, if anything did. */
export async function uploadByForm(request: Request): Promise<Response> {
  const answer = await avatarUpload(request, {});
  if (answer.status === CROSS_ORIGIN) return answer;
  const headers = new Headers({ location: await whereTo(answer), "cache-control": "private, no-store" });
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

async function whereTo(answer: Response): Promise<string> {
  if (answer.ok) return "/profile";
  if (answer.status === UNAUTHENTICATED) return "/sign-in?ended=1&next=%2Fprofile";
  const { code } = (await answer.json()) as { code: string };
  return `/profile?picture=${code}`;
}

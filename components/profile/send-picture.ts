import { type ErrorCode, errorTable } from "@/lib/core/errors";
import { isErrorCode, pictureWords } from "./picture-words";

export type Sent = { is: "done" } | { is: "failed"; message: string } | { is: "cancelled" };
export type Sending = { answer: Promise<Sent>; cancel: () => void };

const UNREACHABLE = "We could not reach Latchkey. Check your connection and try again.";
const UNAUTHENTICATED = 401;

/** Uploads a picture. By XMLHttpRequest, since fetch does not tell how much has been sent. `progress`: from 0 to 1. */
export function sendPicture(picture: Blob, progress: (part: number) => void): Sending {
  const request = new XMLHttpRequest();
  const answer = new Promise<Sent>((resolve) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("abort", () => resolve({ is: "cancelled" }));
    request.addEventListener("error", () => resolve({ is: "failed", message: UNREACHABLE }));
    request.addEventListener("load", () => {
      if (request.status === UNAUTHENTICATED) window.location.assign("/sign-in?ended=1&next=%2Fprofile");
      resolve(request.status < 400 ? { is: "done" } : { is: "failed", message: words(request) });
    });
  });
  const form = new FormData();
  form.set("file", picture, "picture");
  request.open("POST", "/api/users/me/avatar");
  request.send(form);
  return { answer, cancel: () => request.abort() };
}

/** A proxy before us may answer in its own way. */
function words(request: XMLHttpRequest): string {
  const code = Object.entries(errorTable).find(([, { status }]) => status === request.status)?.[0] as ErrorCode | undefined;
  try {
    const problem = JSON.parse(request.responseText) as { code?: unknown; detail?: unknown };
    if (isErrorCode(problem.code)) return pictureWords(problem.code, typeof problem.detail === "string" ? problem.detail : undefined);
  } catch {
    // Not ours.
  }
  return pictureWords(code ?? "internal");
}

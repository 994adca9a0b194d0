import { refuseUntilSetUp } from "@/lib/access/second-factor-required";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { LENGTH_HEADER } from "@/lib/core/headers";
import { isOutage } from "@/lib/core/outage";
import { type ExportFile, readExport } from "@/lib/leaving/read-export";
import type { Identity } from "@/lib/sessions/identity";
import { noteRefused } from "./note-refused";
import { serialiseCookie } from "./cookie-header";
import { problem } from "./problem";
import { readProof } from "./proof-cookie";
import { clearedTypedCookie, typedCookie } from "./typed-cookie";
import { visit } from "./visitor";

const LEAVE = encodeURIComponent("/leave");

/** The file of an export, read from the storage as it is taken: no end holds it whole. */
export async function exportDownload(request: Request, { id = "" }: Record<string, string>): Promise<Response> {
  const { context, answer } = await download(request, id);
  return isFailure(answer) ? problem(noteRefused(context, answer, "Download of an export"), context.request.id) : sent(context, answer);
}

/** The same for the button of the page, which leads on where something is asked first. */
export async function exportDownloadByForm(request: Request, id: string): Promise<Response> {
  const { context, answer } = await download(request, id);
  const { settings } = context;
  if (!isFailure(answer)) {
    const file = sent(context, answer);
    file.headers.append("set-cookie", serialiseCookie(clearedTypedCookie(settings)));
    return file;
  }
  const headers = new Headers({ "cache-control": "private, no-store" });
  // Who comes back from the step-up is told to press once more.
  if (answer.failure === "proof_required") headers.append("set-cookie", serialiseCookie(await typedCookie(settings, { page: "/leave", fields: { about: "download" } })));
  const to = answer.failure === "proof_required" ? `/confirm?next=${LEAVE}` : answer.failure === "unauthenticated" ? `/sign-in?next=${LEAVE}` : `/leave?download=${answer.failure}`;
  headers.set("location", to);
  return new Response(null, { status: 303, headers });
}

async function download(request: Request, id: string): Promise<{ context: Context; answer: ExportFile | Failure }> {
  const { context, identity } = await visit(request.headers);
  try {
    return { context, answer: await withinRequest(context, find(context, identity, request.headers, id)) };
  } catch (error) {
    const outage = isOutage(error);
    context.log[outage ? "warn" : "error"]({ err: error }, "an export was not sent");
    return { context, answer: fail(outage ? "unavailable" : "internal") };
  }
}

async function find(context: Context, identity: Identity, headers: Headers, id: string): Promise<ExportFile | Failure> {
  if (identity.state === "unknown") return fail("unavailable");
  if (identity.state !== "authenticated" || context.actor.kind !== "user") return fail("unauthenticated");
  const user = context as UserContext;
  const closed = await refuseUntilSetUp(user, identity.user.role);
  return closed ?? readExport(user, id, { secret: readProof(context.settings, headers) });
}

function sent(context: Context, { bytes, askedAt, pieces }: ExportFile): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          context.log.warn({ err: error }, "an export broke off");
          controller.error(error);
        }
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    // A piece is asked for when the one before was taken.
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": "application/zip",
      [LENGTH_HEADER]: String(bytes),
      "content-disposition": `attachment; filename="account-${askedAt.toISOString().slice(0, 10)}.zip"`,
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
      // nginx would take up to 1 GB ahead of who downloads it, and give it out after the session has ended.
      "x-accel-buffering": "no",
      "x-request-id": context.request.id,
    },
  });
}

import { described } from "@/lib/web/endpoint";
import { exportDownload } from "@/lib/web/export-download";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described(
    {
      summary: "The file of an export, a ZIP",
      description: "404 before it is ready and once it is gone; one that was asked for before a reset or “This wasn’t me” is gone. It breaks off when the session ends. Needs a step-up.",
      session: true,
      output: null,
      status: 200,
      contentType: "application/zip",
      errors: ["unauthenticated", "forbidden", "proof_required", "not_found", "internal", "unavailable"],
    },
    exportDownload,
  ),
});

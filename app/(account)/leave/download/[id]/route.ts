import { exportDownloadByForm } from "@/lib/web/export-download";

export const dynamic = "force-dynamic";

/** The button *Download*; the interface's own way answers a browser with a problem where this one leads on. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return exportDownloadByForm(request, (await params).id);
}

import { docsFile } from "@/lib/web/docs";

export const dynamic = "force-dynamic";

export async function GET(_request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  return docsFile((await params).file);
}

import { docsPage } from "@/lib/web/docs";

export const dynamic = "force-dynamic";

export function GET(): Promise<Response> {
  return docsPage();
}

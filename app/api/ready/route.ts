import { ready } from "@/lib/web/ready";

export const dynamic = "force-dynamic";

export function GET(): Promise<Response> {
  return ready();
}

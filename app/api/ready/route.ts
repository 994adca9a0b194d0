import { ready } from "@/lib/web/ready";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ GET: ready });

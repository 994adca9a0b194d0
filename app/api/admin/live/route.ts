import { adminStream } from "@/lib/web/admin-stream";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ GET: adminStream });

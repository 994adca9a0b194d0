import type { Settings } from "@/lib/platform/env";
import { diskStorage } from "./disk";
import type { Storage } from "./storage";

/** The storage that `settings` name. Nothing is asked of it yet. The S3 client is loaded only where it is used. */
export async function openStorage(settings: Settings): Promise<Storage> {
  if (settings.STORAGE === "disk") return diskStorage(settings.DATA_DIR);
  const { s3Storage } = await import("./s3");
  return s3Storage({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET ?? "",
    accessKey: settings.S3_ACCESS_KEY ?? "",
    secretKey: settings.S3_SECRET_KEY ?? "",
  });
}

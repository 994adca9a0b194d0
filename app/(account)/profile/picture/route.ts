import { uploadByForm } from "@/lib/web/upload-by-form";

/** A plain form posts its file here, without scripts. */
export const POST = uploadByForm;

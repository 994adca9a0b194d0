import { z } from "zod";
import { described } from "@/lib/web/endpoint";
import { answerDocument } from "@/lib/web/openapi/answer-document";
import { routes } from "@/lib/web/route";
import { paths } from "./paths";

export const dynamic = "force-dynamic";

const own = routes({
  GET: described({ summary: "This document", session: false, output: z.looseObject({ openapi: z.literal("3.1.0") }) }, (request) =>
    answerDocument(request, all),
  ),
});
const all = { ...paths, "/api/openapi.json": own };
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = own;

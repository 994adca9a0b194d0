import { answerAvatar } from "@/lib/web/answer-avatar";
import { described } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described(
    { summary: "A picture, as long as it is its owner's current one", session: false, output: null, status: 200, contentType: "image/webp", conditional: true, errors: ["not_found", "internal", "unavailable"] },
    answerAvatar,
  ),
});

import { answerAvatar } from "@/lib/web/answer-avatar";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ GET: answerAvatar });

import { goingBack } from "@/lib/web/going-back";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ POST: goingBack("Takes back what a stranger did, by the link of a mail") });

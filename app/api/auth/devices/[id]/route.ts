import { isFailure } from "@/lib/core/errors";
import { renameDevice } from "@/lib/devices/rename-device";
import { deviceNameInput, deviceSchema } from "@/lib/devices/schema";
import { forgetDevice } from "@/lib/auth/forget-device";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { clearedSessionCookie } from "@/lib/web/session-cookie";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: userEndpoint({
    summary: "Names a device; null brings its own name back",
    errors: ["not_found"],
    body: deviceNameInput,
    output: deviceSchema,
    run: (context, { params: { id = "" }, body }) => renameDevice(context, id, body),
  }),
  DELETE: userEndpoint({
    summary: "Ends a device's sessions and forgets it",
    errors: ["not_found"],
    output: null,
    async run(context, { params: { id = "" } }, reply) {
      const forgotten = await forgetDevice(context, id);
      if (isFailure(forgotten)) return forgotten;
      if (forgotten.endedOwn) reply.setCookie(clearedSessionCookie(context.settings));
    },
  }),
});

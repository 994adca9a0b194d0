import { renameDevice } from "@/lib/devices/rename-device";
import { deviceNameInput, deviceSchema } from "@/lib/devices/schema";
import { forgetDevice } from "@/lib/sessions/forget-device";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: userEndpoint({
    body: deviceNameInput,
    output: deviceSchema,
    run: (context, { params: { id = "" }, body }) => renameDevice(context, id, body),
  }),
  DELETE: userEndpoint({ output: null, run: (context, { params: { id = "" } }) => forgetDevice(context, id) }),
});

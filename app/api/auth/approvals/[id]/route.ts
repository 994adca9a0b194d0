import { approveDevice } from "@/lib/auth/approve-device";
import { refuseDevice } from "@/lib/auth/refuse-device";
import { approvalInput } from "@/lib/auth/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Lets a new device in that shows these two digits",
    description: "Other digits turn it away for good (`invalid_code`).",
    errors: ["not_found", "invalid_code", "conflict", "attempt_over"],
    body: approvalInput,
    output: null,
    run: (context, { params: { id = "" }, body }) => approveDevice(context, id, body),
  }),
  DELETE: userEndpoint({
    summary: "Turns a new device away",
    errors: ["not_found", "conflict", "attempt_over"],
    output: null,
    run: (context, { params: { id = "" } }) => refuseDevice(context, id),
  }),
});

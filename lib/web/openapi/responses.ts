import { type ErrorCode, errorTable } from "@/lib/core/errors";
import { problemSchema } from "@/lib/core/problem";
import { errorsOf, type Operation } from "../operation";
import type { Components, JsonSchema } from "./components";

type Responses = Record<string, JsonSchema>;

const requestId = { "X-Request-Id": { schema: { type: "string", format: "uuid" } } };
const retryAfter = { "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 1 } } };

/** What an operation answers, by status: the good answer, and each failure with its codes. */
export function responsesOf(operation: Operation, method: string, components: Components): Responses {
  const { output, contentType = "application/json", otherStatus = [], file, leads, conditional } = operation;
  const status = operation.status ?? (output === null ? 204 : 200);
  const schema = output === null ? { type: "string" } : components.schemaOf(output, "output");
  const content = output === null && operation.contentType === undefined ? undefined : { [contentType]: { schema }, ...(file !== undefined && { [file]: { schema: { type: "string" } } }) };
  const good = { description: operation.summary, ...(content && { content }) };
  return {
    [status]: good,
    ...Object.fromEntries([otherStatus].flat().map((other) => [other, { ...good, ...(other >= 400 && { description: "The same, with what is not right" }) }])),
    ...(leads && { 303: { description: "A plain form is led on" } }),
    ...(conditional && { 304: { description: "`If-None-Match` names it" } }),
    ...failures(errorsOf(operation, method), components),
  };
}

function failures(codes: readonly ErrorCode[], components: Components): Responses {
  const responses: Responses = {};
  const problem = components.schemaOf(problemSchema, "output");
  for (const status of new Set(codes.map((code) => errorTable[code].status))) {
    const ofStatus = codes.filter((code) => errorTable[code].status === status);
    responses[status] = {
      description: ofStatus.map((code) => `\`${code}\`: ${errorTable[code].title}`).join("\n\n"),
      headers: { ...requestId, ...(status === 429 || status === 503 ? retryAfter : {}) },
      content: {
        "application/problem+json": { schema: { allOf: [problem, { type: "object", properties: { code: { enum: ofStatus } } }] } },
      },
    };
  }
  return responses;
}

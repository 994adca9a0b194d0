import type { Settings } from "@/lib/platform/env";
import { cookieName } from "../cookie-header";
import type { Operation } from "../operation";
import { type Handler, METHODS } from "../route";
import { type Components, type JsonSchema, newComponents } from "./components";
import { responsesOf } from "./responses";

/** Each route's handlers by its path, as `/api/auth/sessions/{id}`. */
export type Paths = Record<string, Partial<Record<(typeof METHODS)[number], Handler>>>;

const ABOUT = `Accounts, devices and sessions of this Latchkey.

Browsers hold their session by a cookie and send their own \`Origin\` with every change. Native clients sign in with \`"client": "native"\` and
send \`Authorization: Bearer\` with the access token; a request with both is judged by the token alone. Every failure is \`application/problem+json\`;
tell failures apart by \`code\`. Unknown paths answer 404 \`not_found\`, other methods 405 \`method_not_allowed\`, headers over 16 KiB 431 without a body.`;

/** The contract as OpenAPI 3.1, made of the very specifications and schemas that the routes work with. */
export function openApiDocument(settings: Settings, paths: Paths): JsonSchema {
  const components = newComponents();
  const described = Object.entries(paths).map(([path, handlers]) => {
    const methods = METHODS.flatMap((method) => {
      const operation = handlers[method]?.operation;
      return operation ? [[method.toLowerCase(), operationObject(path, method, operation, components)] as const] : [];
    });
    return [path, Object.fromEntries(methods)] as const;
  });
  return {
    openapi: "3.1.0",
    info: { title: "Latchkey", version: "1", description: ABOUT, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: settings.APP_URL }],
    paths: Object.fromEntries(described),
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        cookie: { type: "apiKey", in: "cookie", name: cookieName(settings.APP_URL, "latchkey").name },
      },
    },
  };
}

function operationObject(path: string, method: string, operation: Operation, components: Components): JsonSchema {
  const { summary, description, session } = operation;
  const parameters = [...pathParameters(path), ...queryParameters(operation, components)];
  const words = path.split(/[^A-Za-z]+/).filter(Boolean).slice(1);
  return {
    operationId: [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join(""),
    tags: [["auth", "users", "avatars", "admin"].find((tag) => path.startsWith(`/api/${tag}/`)) ?? "machines"],
    summary,
    ...(description === undefined ? {} : { description }),
    security: session ? [{ bearer: [] }, { cookie: [] }] : [],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(operation, components),
    responses: responsesOf(operation, method, components),
  };
}

function requestBody({ body, bodies }: Operation, components: Components): JsonSchema {
  if (!body) return {};
  const content = Object.entries(bodies ?? { "application/json": body }).map(([type, schema]) => [type, { schema: components.schemaOf(schema, "input") }] as const);
  return { requestBody: { required: !body.safeParse({}).success, content: Object.fromEntries(content) } };
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

function queryParameters({ query }: Operation, components: Components): JsonSchema[] {
  if (!query) return [];
  const { properties = {}, required = [] } = components.schemaOf(query, "input") as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }));
}

import { z } from "zod";

export type JsonSchema = Record<string, unknown>;

/** Collects the named schemas (`.meta({ id })`) that a document's others refer to. */
export type Components = {
  schemas: Record<string, JsonSchema>;
  /** The JSON Schema of what is sent (`input`) or answered (`output`). */
  schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema;
};

export function newComponents(): Components {
  const schemas: Record<string, JsonSchema> = {};
  return {
    schemas,
    schemaOf(schema, io) {
      const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
      for (const [name, definition] of Object.entries($defs)) {
        const found = withReferences(definition);
        if (name in schemas && JSON.stringify(schemas[name]) !== JSON.stringify(found)) throw new Error(`two schemas are named ${name}`);
        schemas[name] = found;
      }
      return withReferences(own);
    },
  };
}

function withReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/')) as JsonSchema;
}

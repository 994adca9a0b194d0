import { defineConfig } from "drizzle-kit";

/** Used to generate migrations from the schema; the address is needed only by drizzle-kit's own look-ups. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./db/schema/index.ts",
  out: "./db/migrations",
  casing: "snake_case",
});

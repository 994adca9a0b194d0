import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { TEMPLATE } from "./global-setup";
import { query } from "@/scripts/servers/query";

/** The address of a new, migrated database on the run's PostgreSQL. It goes with the server. */
export async function newDatabase(): Promise<string> {
  const server = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(server, `create database ${name} template ${TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

import { query } from "@/scripts/servers/query";
import type { Context } from "@/lib/core/context";
import type { TestWorld } from "./context";

type Column = { table: string; column: string; type: string; to: string | null };

/** Every column of every table, and which table it refers to. */
async function columnsOf(databaseUrl: string): Promise<Column[]> {
  return query<Column>(
    databaseUrl,
    `select c.table_name as table, c.column_name as column, c.udt_name as type,
       (select confrelid::regclass::text from pg_constraint where contype = 'f' and conrelid = quote_ident(c.table_name)::regclass and conkey = array[a.attnum]) as to
     from information_schema.columns c join pg_attribute a on a.attrelid = quote_ident(c.table_name)::regclass and a.attname = c.column_name
     where c.table_schema = 'public' order by c.table_name, c.ordinal_position`,
  );
}

/** The tables that keep something of an account: by a column `user_id`, or by what they refer to. In an order in which they can be filled. */
function tablesOfAccounts(columns: readonly Column[]): string[] {
  const found = ["users"];
  const isOf = (column: Column) => column.column === "user_id" || (column.to !== null && found.includes(column.to) && column.to !== column.table);
  for (let before = 0; before < found.length; ) {
    before = found.length;
    for (const table of new Set(columns.map(({ table }) => table))) {
      const own = columns.filter((column) => column.table === table);
      const waits = own.some(({ to }) => to !== null && to !== "roles" && !found.includes(to));
      if (!found.includes(table) && own.some(isOf) && !waits) found.push(table);
    }
  }
  return found;
}

/** What a column must hold for the row to be one that the app could have written; where it is no text of anybody's. */
const FIXED: Record<string, Record<string, string>> = {
  users: { role: "'USER'", avatar_version: "null", deletion_due_at: "now() - interval '1 second'", disabled_at: "null" },
  events: { type: "'profile.changed'", actor: "'user'", actor_user_id: "$1::uuid" },
  sessions: { client: "'browser'", end_reason: "'signed_out'", ended_at: "now()", end_settled: "true" },
  devices: { kind: "'desktop'", forgotten_at: "null" },
  exports: { state: "'ready'", object: "null", due_at: "null" },
  outgoing_mails: { due_at: "null", sent_at: "now()" },
  avatar_deletions: { due_at: "now()" },
  account_deletions: { due_at: "now() - interval '1 second'", tries: "0", begun_at: "null" },
  passkeys: { credential_id: "'credential ' || gen_random_uuid()" },
  refresh_tokens: { hash: "'hash ' || gen_random_uuid()" },
};

/**
 * Gives an account a row in every table that keeps something of accounts, whatever tables there are: each text says the mark, each
 * address is the one given. The account that it makes is due to be erased.
 */
export async function fillEverything({ databaseUrl }: Pick<TestWorld, "databaseUrl">, userId: string, mark: string, address: string): Promise<string[]> {
  const columns = await columnsOf(databaseUrl);
  const tables = tablesOfAccounts(columns);
  const made = new Map<string, string>([["users", userId]]);
  const valueOf = ({ table, column, type, to }: Column): string => {
    const fixed = FIXED[table]?.[column];
    if (fixed) return fixed;
    if (to && made.has(to)) return `'${made.get(to)}'`;
    if (column === "user_id") return "$1::uuid";
    if (column === "id" && table === "users") return "$1::uuid";
    if (type === "uuid") return "gen_random_uuid()";
    if (type === "text") return column.includes("email") ? "$2 || '@example.org'" : "$2";
    if (type === "_text") return "array[$2]";
    if (type === "jsonb") return "jsonb_build_object('name', $2::text, 'list', jsonb_build_array($2::text))";
    if (type === "inet") return "$3::inet";
    if (type === "bytea") return "convert_to($2, 'UTF8')";
    if (type === "bool") return "false";
    if (type.startsWith("_")) return "'{}'";
    return type.startsWith("time") || type === "date" ? "now()" : "1";
  };
  for (const table of tables) {
    const own = columns.filter((column) => column.table === table);
    // Every parameter is named, that PostgreSQL knows its type.
    const statement = `with given as (select $1::uuid, $2::text, $3::inet) insert into "${table}" (${own.map(({ column }) => `"${column}"`).join(", ")}) select ${own.map(valueOf).join(", ")} from given returning *`;
    const [row] = await query<{ id?: string }>(databaseUrl, statement.replaceAll("$2 ", "$2::text "), [userId, mark, address]);
    if (row?.id) made.set(table, row.id);
  }
  return tables;
}

/** Where a mark still stands: in a row of any table, whatever its columns' types; in an object's name or content; in a key of Redis or its value. */
export async function findMarks({ databaseUrl, redis, context }: Pick<TestWorld, "databaseUrl" | "redis"> & { context: Context }, marks: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const columns = await columnsOf(databaseUrl);
  const lower = marks.map((mark) => mark.toLowerCase());
  const says = (text: string) => marks.filter((mark) => text.toLowerCase().includes(mark.toLowerCase()));
  for (const table of new Set(columns.map(({ table }) => table))) {
    const bytes = columns.filter((column) => column.table === table && column.type === "bytea").map(({ column }) => `|| encode("${column}", 'escape')`);
    const rows = await query<{ mark: string }>(databaseUrl, `select distinct mark from "${table}" t, jsonb_array_elements_text($1::text::jsonb) mark where position(mark in lower(t::text ${bytes.join(" ")})) > 0`, [JSON.stringify(lower)]);
    found.push(...rows.map(({ mark }) => `table ${table}: ${mark}`));
  }
  for await (const { key } of context.storage.list("")) {
    const content = Buffer.from((await context.storage.get(key)) ?? []).toString("latin1");
    found.push(...says(`${key}\n${content}`).map((mark) => `object ${key}: ${mark}`));
  }
  for (const key of (await redis.command("KEYS", "*")) as string[]) found.push(...says(`${key}\n${await valueOf(redis, key)}`).map((mark) => `key ${key}: ${mark}`));
  return found.sort();
}

async function valueOf(redis: TestWorld["redis"], key: string): Promise<string> {
  const reading: Record<string, string[]> = { string: ["GET", key], zset: ["ZRANGE", key, "0", "-1"], hash: ["HGETALL", key], set: ["SMEMBERS", key], list: ["LRANGE", key, "0", "-1"] };
  const type = String(await redis.command("TYPE", key));
  const words = reading[type];
  if (type === "none") return "";
  if (!words) throw new Error(`cannot look into a ${type}`);
  return JSON.stringify(await redis.command(...words));
}

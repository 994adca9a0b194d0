import postgres from "postgres";

/** One statement over a connection of its own: for set-up, and for what tests look up. */
export async function query<Row = Record<string, unknown>>(url: string, statement: string, values: (string | number | null)[] = []): Promise<Row[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return (await sql.unsafe(statement, values)) as unknown as Row[];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

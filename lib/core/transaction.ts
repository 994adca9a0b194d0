import type { Context } from "./context";
import { type Failure, isFailure } from "./errors";

/** Runs `work` in one transaction. A returned failure rolls it back, like a throw, and is returned. */
export async function inTransaction<C extends Context, T>(context: C, work: (tx: C) => Promise<T | Failure>): Promise<T | Failure> {
  let failure: Failure | null = null;
  try {
    return await context.db.transaction(async (db) => {
      const result = await work({ ...context, db });
      if (isFailure(result)) {
        failure = result;
        db.rollback();
      }
      return result;
    });
  } catch (error) {
    if (failure) return failure;
    throw error;
  }
}

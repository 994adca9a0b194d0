import type { Context } from "@/lib/core/context";

/** Counts what a context asks of PostgreSQL and Redis, and can end the process at any of these calls. */
export function countedCalls(context: Context): { context: Context; calls: { dieAt(step: number): void; count(): number } } {
  let count = 0;
  let last = Number.POSITIVE_INFINITY;
  function step() {
    if (++count >= last) process.kill(process.pid, "SIGKILL");
  }
  const { redis } = context;
  const db = counted(context.db, step);
  const counting: Context = {
    ...context,
    db,
    redis: {
      get connection() {
        return redis.connection;
      },
      ask(send) {
        step();
        return redis.ask(send);
      },
      askOn(connection, send) {
        step();
        return redis.askOn(connection, send);
      },
      connect: () => redis.connect(),
      onLoss: (listener) => redis.onLoss(listener),
      subscriber: (lost) => redis.subscriber(lost),
      close: () => redis.close(),
    },
  };
  return {
    context: counting,
    calls: {
      dieAt(steps) {
        count = 0;
        last = steps;
      },
      count: () => count,
    },
  };
}

const STATEMENTS = new Set(["select", "insert", "update", "delete", "execute"]);

/** Every statement is a step, and so is the COMMIT: the moment before it and the moment after. */
function counted(db: Context["db"], step: () => void): Context["db"] {
  return new Proxy(db, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || typeof name !== "string") return value;
      if (name === "transaction") {
        return async (work: (tx: Context["db"]) => Promise<unknown>) => {
          const result = await target.transaction(async (tx) => {
            const inner = await work(counted(tx, step));
            step();
            return inner;
          });
          step();
          return result;
        };
      }
      return (...args: unknown[]) => {
        if (STATEMENTS.has(name)) step();
        return value.apply(target, args) as unknown;
      };
    },
  });
}

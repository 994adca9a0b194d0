import { fork } from "node:child_process";
import { inject } from "vitest";
import type { operationsOn } from "./instance-main";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";
import { testSettings } from "./test-settings";

type Operations = ReturnType<typeof operationsOn>;
type Answer = { id: number; result?: unknown; error?: string };

/**
 * Another instance of the session core in a process of its own: with its own connections, its own
 * memory, and a life that a test can end (`dieAt`, `signal`). A call that dies with it rejects.
 */
export type Instance = Operations & { readonly pid: number; signal(name: NodeJS.Signals): void; readonly exited: Promise<void> };

export async function startInstance(env: Record<string, string>): Promise<Instance> {
  const { folder, remove } = await makeTemporaryFolder();
  const child = fork(inject("instance"), {
    execArgv: [],
    serialization: "advanced",
    env: { NODE_ENV: "test", PATH: process.env.PATH, ...testSettings, LOG_LEVEL: "silent", DATA_DIR: folder, ...env },
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the instance has died"));
    waiting.clear();
  });
  atEnd(async () => {
    child.kill("SIGKILL");
    await exited;
    await remove();
  });
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    void exited.then(() => reject(new Error("the instance did not start")));
  });
  child.on("message", ({ id, result, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  let calls = 0;
  const own = { pid: child.pid as number, signal: (name: NodeJS.Signals) => void child.kill(name), exited };
  return new Proxy(own as Instance, {
    get(target, name) {
      if (name in target || typeof name !== "string" || name === "then") return Reflect.get(target, name) as unknown;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          const id = ++calls;
          waiting.set(id, { resolve, reject });
          child.send({ id, operation: name, args }, (error) => error && reject(error));
        });
    },
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/scripts/servers/free-port";
import { startTestRedis, type TestRedis } from "./test-redis";

export type TestCluster = {
  /** The addresses of all nodes, as REDIS_URL wants them. */
  readonly url: string;
  readonly masters: readonly TestRedis[];
  readonly replicas: readonly TestRedis[];
  /** Resolves once every node of `nodes` says that all slots are served. */
  whole(nodes: readonly TestRedis[]): Promise<void>;
};

const SLOTS = 16_384;

/** A real Redis Cluster on the loopback: three masters, a replica each, quick to notice that one is gone. */
export async function startTestCluster(): Promise<TestCluster> {
  const nodes: TestRedis[] = [];
  const busPorts: number[] = [];
  for (let index = 0; index < 6; index++) {
    const busPort = await freePort();
    const settings = ["cluster-enabled yes", "cluster-node-timeout 1000", `cluster-port ${busPort}`, "masterauth test", "cluster-replica-validity-factor 0"];
    nodes.push(await startTestRedis(settings));
    busPorts.push(busPort);
  }
  const first = nodes[0] as TestRedis;
  const masters = nodes.slice(0, 3);
  const replicas = nodes.slice(3);
  for (const [index, master] of masters.entries()) {
    await master.command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
    await master.command("CLUSTER", "ADDSLOTSRANGE", String(Math.floor((index * SLOTS) / 3)), String(Math.floor(((index + 1) * SLOTS) / 3) - 1));
  }
  for (const [index, node] of nodes.entries()) {
    if (index > 0) await first.command("CLUSTER", "MEET", "127.0.0.1", String(node.port), String(busPorts[index]));
  }
  await until(async () => (await Promise.all(nodes.map((node) => info(node)))).every((text) => text.includes("cluster_known_nodes:6")));
  for (const [index, replica] of replicas.entries()) {
    const id = String(await masters[index]?.command("CLUSTER", "MYID"));
    await until(async () => (await replica.command("CLUSTER", "REPLICATE", id).catch(() => null)) !== null);
  }
  const whole = (some: readonly TestRedis[]) => until(async () => (await Promise.all(some.map((node) => info(node)))).every((text) => text.includes("cluster_state:ok")));
  await until(async () => (await Promise.all(replicas.map((node) => node.command("INFO", "replication")))).every((text) => String(text).includes("master_link_status:up")));
  await whole(nodes);
  return { url: nodes.map(({ url }) => url).join(","), masters, replicas, whole };
}

async function info(node: TestRedis): Promise<string> {
  return String(await node.command("CLUSTER", "INFO"));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await holds()); await sleep(100)) {
    if (Date.now() - started > 30_000) throw new Error("the cluster does not come up");
  }
}

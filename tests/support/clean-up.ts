import { afterAll } from "vitest";
import { stopEverything } from "./stop-everything";

afterAll(stopEverything, 60_000);

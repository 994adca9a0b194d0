import { afterAll } from "vitest";
import { forgetSingletons } from "./forget-singletons";
import { stopEverything } from "./stop-everything";

afterAll(async () => {
  try {
    await stopEverything();
  } finally {
    await forgetSingletons();
  }
}, 60_000);

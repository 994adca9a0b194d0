import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Storage } from "./storage";

/** Objects as files below `folder`/objects. */
export function diskStorage(folder: string): Storage {
  const root = join(folder, "objects");
  return {
    async ready() {
      await mkdir(root, { recursive: true });
      await access(root, constants.W_OK);
    },
  };
}

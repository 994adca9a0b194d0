import { buildNext } from "./steps/build-next";

/** Builds the app for `npm start`. */
export async function main(): Promise<number> {
  return (await buildNext(["ignore", "inherit", "inherit"])) ? 0 : 1;
}

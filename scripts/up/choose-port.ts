import { isPortFree } from "../servers/free-port";
import { Trouble } from "../trouble";

const USUAL = 3000;

/**
 * PORT or 3000; the next free one when it is taken. With APP_URL given, the address that people use is
 * fixed, so a taken port is an error.
 */
export async function choosePort(): Promise<number> {
  const wanted = process.env.PORT ? Number(process.env.PORT) : USUAL;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) throw new Trouble("PORT must be a whole number from 0 to 65535.");
  if (wanted !== 0 && (await isPortFree(wanted))) return wanted;
  if (wanted !== 0 && process.env.APP_URL) throw new Trouble(`Port ${wanted} is taken: stop what listens there, or set PORT (and APP_URL) to another one.`);
  for (let port = wanted === 0 ? USUAL : wanted + 1; port <= 65_535; port++) {
    if (!(await isPortFree(port))) continue;
    if (wanted !== 0) console.log(`  ! Port ${wanted} is taken; using ${port}.`);
    return port;
  }
  throw new Trouble(`No port from ${wanted} on is free: set PORT to another one.`);
}

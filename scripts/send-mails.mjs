import { launch } from "./launch.mjs";

await launch("scripts/send-mails.ts");

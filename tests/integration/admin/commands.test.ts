import { spawn } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { outgoingMails, users } from "@/db/schema";
import { resetPassword } from "@/lib/auth/reset-password";
import { authenticate } from "@/lib/sessions/authenticate";
import { main } from "@/scripts/admin";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { factorRows, giveFactors } from "@/tests/support/factors";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

let world: TestWorld;

beforeAll(async () => {
  world = await openTestWorld();
  await trust(world.context);
});

type Said = { code: unknown; says: string; complains: string };

/** Nothing but where the servers are, and what is `given`. */
async function environment(given: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  return { PATH: process.env.PATH, NODE_ENV: "test", DATA_DIR: folder, DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...given };
}

/** A command as the operator gives it. `typed`: what they answer; nothing is the end of the input. */
async function run(command: string, args: readonly string[] = [], typed = "", given: Record<string, string> = {}): Promise<Said> {
  const env = await environment(given);
  const child = spawn("npm", ["run", "--silent", command, "--", ...args], { env });
  child.stdin.end(typed);
  const [says, complains, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise((resolve) => child.once("close", resolve))]);
  return { code, says, complains };
}

/** What `run` of "admin" starts, in this process: most of what it would take is Node's own start. */
async function runHere(args: readonly string[], typed: string, given: Record<string, string> = {}): Promise<Said> {
  const output = new PassThrough();
  const complains = await main(args, { env: await environment(given), input: Readable.from(typed === "" ? [] : [typed]), output }).then(() => "", (error: Error) => `${error.message}\n`);
  return { code: complains === "" ? 0 : 1, says: await text(output.end()), complains };
}

const grant = (id: string, typed: string, ...more: string[]) => runHere(["grant", `${id}@example.org`, ...more], typed);
const roleOf = async (id: string) => (await world.context.db.select({ role: users.role }).from(users).where(eq(users.id, id)))[0]?.role;

/** Of an address that somebody has proven, or not. */
async function account(emailVerified: boolean): Promise<string> {
  const id = await makeUser(world.context);
  await world.context.db.update(users).set({ emailVerified }).where(eq(users.id, id));
  return id;
}

test("`npm run admin -- grant` shows since when the account has existed and from where it was used, and wants a yes", async () => {
  const id = await account(true);
  await begin(world.context, id);
  const [user] = await world.context.db.select({ createdAt: users.createdAt }).from(users).where(eq(users.id, id));
  const asked = (typed: string) => run("admin", ["grant", `${id}@example.org`], typed);
  for (const typed of ["", "\n", "no\n", "y\n"]) {
    const { code, says, complains } = await (typed === "" ? asked(typed) : grant(id, typed));
    expect([code, complains], typed).toEqual([1, "Nothing was changed. If it is yours, say yes, or add --yes.\n"]);
    expect(says).toContain(`${id}@example.org has existed since ${user?.createdAt.toISOString()} and was last used from 192.0.2.1 (`);
    expect(says).not.toContain("Nobody has proven");
    expect(await roleOf(id)).toBe("USER");
  }
  expect(await asked("yes\n")).toMatchObject({ code: 0, complains: "", says: expect.stringContaining(`${id}@example.org is an administrator now.\n`) });
  expect(await roleOf(id)).toBe("ADMIN");
  expect(await grant(id, "")).toEqual({ code: 0, complains: "", says: `${id}@example.org is an administrator already.\n` });
}, 120_000);

test("an account whose address nobody has proven is refused, whatever is said, unless that is said aloud", async () => {
  const id = await account(false);
  for (const more of [[], ["--yes"]]) {
    const { code, says, complains } = await grant(id, "yes\n", ...more);
    expect([code, complains], more.join()).toEqual([1, expect.stringMatching(/^Nobody has proven that .* is theirs[^]*Where there is mail[^]*add --unproven\.\n$/)]);
    expect(says).toMatch(/has existed since .* and was never used\.\n$/);
    expect(await roleOf(id)).toBe("USER");
  }
  expect(await grant(id, "no\n", "--unproven")).toMatchObject({ code: 1, says: expect.stringContaining("Nobody has proven that the address is theirs") });
  expect(await grant(id, "yes\n", "--unproven")).toMatchObject({ code: 0, says: expect.stringContaining(`${id}@example.org is an administrator now, although nobody has proven the address.\n`) });
  expect(await roleOf(id)).toBe("ADMIN");
}, 120_000);

test("`--yes` answers beforehand, but what is known of the account is told all the same; what is wrong is a sentence", async () => {
  const id = await account(true);
  const { code, says } = await grant(id, "", "--yes");
  expect([code, says]).toEqual([0, expect.stringMatching(/has existed since .* and was never used\.\n.* is an administrator now\.\n$/)]);
  expect(await roleOf(id)).toBe("ADMIN");
  for (const [args, words] of [
    [["grant", "nobody@example.org", "--yes"], "There is no account nobody@example.org: sign up first."],
    [["grant", "nobody"], "nobody is not an email address."],
    [["take", `${id}@example.org`], "Use it so: npm run admin -- grant <email>"],
    [[], "Use it so: npm run admin -- grant <email>"],
  ] as const) expect(await runHere(args, "")).toMatchObject({ code: 1, complains: expect.stringContaining(words) });
}, 120_000);

const APP_URL = "https://accounts.example.org";
const reset = (id: string, typed: string, ...more: string[]) => runHere(["reset", `${id}@example.org`, ...more], typed, { APP_URL });

test("`npm run admin -- reset` shows whose account it is, wants a yes, and prints a link that sets its password", async () => {
  const id = await account(false);
  const begun = await begin(world.context, id);
  const rows = () => world.context.db.select().from(outgoingMails).where(eq(outgoingMails.userId, id));
  for (const typed of ["", "no\n"]) {
    expect(await reset(id, typed)).toMatchObject({ code: 1, complains: "No link was made. If it is meant, say yes, or add --yes.\n", says: expect.stringMatching(/has existed since .* and was last used from 192\.0\.2\.1 /) });
    expect(await rows()).toEqual([]);
  }
  for (const [typed, ...more] of [["yes\n"], ["", "--yes"]] as const) {
    const { code, says, complains } = await run("admin", ["reset", `${id}@example.org`, ...more], typed, { APP_URL });
    expect([code, complains]).toEqual([0, ""]);
    expect(says).toContain("SMTP_URL is not given here");
    const token = /^ {2}https:\/\/accounts\.example\.org\/reset\?token=([\w-]{43})$/m.exec(says)?.[1] as string;
    expect((await authenticate(visitorOf(world.context), begun.credential, { use: false })).state).toBe(more.length === 0 ? "authenticated" : "anonymous");
    expect(await resetPassword(visitorOf(world.context), { token, newPassword: `eleven green ladders ${more.length}` })).toBeUndefined();
  }
}, 120_000);

test("`reset --second-step` shows whose account it is, wants a yes, and takes off nothing but that", async () => {
  const id = await account(true);
  await giveFactors(world.context, id, "totp", "passkey", "codes");
  expect(await reset(id, "no\n", "--second-step")).toMatchObject({ code: 1, complains: "Nothing was changed. If it is meant, say yes, or add --yes.\n", says: expect.stringContaining("has existed since") });
  expect(await factorRows(world.context, id)).toMatchObject({ totp: 1, passkeys: 1, codes: 2 });
  expect(await reset(id, "yes\n", "--second-step")).toMatchObject({ code: 0, complains: "", says: expect.stringContaining(`${id}@example.org has no second step any more. No mail tells its owner`) });
  expect(await factorRows(world.context, id)).toMatchObject({ totp: 0, passkeys: 0, codes: 0, ways: 1 });
  expect(await reset(id, "", "--second-step", "--yes")).toMatchObject({ code: 0, says: expect.stringContaining("has none: nothing was changed.") });
}, 120_000);

test("`reset` lists what it needs and is not given, and says in words what cannot be", async () => {
  const id = await account(true);
  const { code, says, complains } = await run("admin", ["reset", `${id}@example.org`, "--yes"], "", { REDIS_URL: "" });
  expect([code, says]).toEqual([1, ""]);
  expect(complains).toContain("APP_URL is missing");
  expect(complains).toContain("REDIS_URL is missing");
  expect(await reset("nobody", "", "--yes")).toMatchObject({ code: 1, complains: "There is no account nobody@example.org.\n" });
  expect(await runHere(["reset"], "")).toMatchObject({ code: 1, complains: "Use it so: npm run admin -- reset <email> [--second-step] [--yes]\n" });
  await world.context.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, id));
  expect(await reset(id, "", "--yes")).toMatchObject({ code: 1, complains: "This account is disabled: no link opens it.\n" });
}, 120_000);

test("`sweep` and `db:migrate` ask for no keys and no address either", async () => {
  expect(await run("sweep")).toMatchObject({ code: 0, complains: "", says: expect.stringContaining("sessions checked") });
  expect(await run("db:migrate")).toMatchObject({ code: 0, complains: "", says: "The database is up to date.\n" });
}, 60_000);

test("`sweep` is told where the pictures are: it does not take a folder of its own for the bucket", async () => {
  const { code, says, complains } = await run("sweep", [], "", { DATA_DIR: "" });
  expect([code, says]).toEqual([1, ""]);
  expect(complains).toContain("Say where the pictures are");
}, 60_000);

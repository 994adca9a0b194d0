import type { Page } from "playwright";
import { codeTo } from "./mail-links";
import type { TestMail } from "./test-mail";

export const PASSWORD = "copper lantern seven rivers";
const NAME = "Ada Lovelace";

/** A new account, made in this browser by the call that the page's form stands for, for tests of something else; its devices are shown. */
export async function signUp(page: Page, email: string, name = NAME): Promise<void> {
  await call(page, "signup", { email, password: PASSWORD, name }, 201);
  await page.goto("/devices");
}

/** The same where there is mail: the address is proven by the code that came. */
export async function signUpByCode(page: Page, inbox: TestMail, email: string): Promise<void> {
  await call(page, "signup", { email, password: PASSWORD, name: NAME }, 202);
  await call(page, "attempt/prove", { method: "email_code", code: await codeTo(inbox, email) }, 201);
  await page.goto("/devices");
}

/** Creates an account as a person does, and waits for its devices. */
export async function signUpByForm(page: Page, email: string): Promise<void> {
  await page.goto("/sign-up");
  await enterNew(page, email);
  await page.waitForURL("**/devices");
}

/** Fills in the form of a new account and sends it, whatever comes of it. */
export async function enterNew(page: Page, email: string, name = NAME): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Gives a code on the page that comes to ask for it. */
export async function continueBy(page: Page, code: string): Promise<void> {
  // A plain form's redirect keeps the fragment of the page it came from.
  await page.waitForURL(/\/continue(#.*)?$/);
  await giveCode(page, code);
}

export async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Signs in this browser by the call that the page's form stands for, for tests of something else; the devices are shown. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await call(page, "signin", { email, password }, 200);
  await page.goto("/devices");
}

/** Signs in as a person does, and waits for the devices. */
export async function signInByForm(page: Page, email: string): Promise<void> {
  await enter(page, email, PASSWORD);
  await page.waitForURL("**/devices");
}

/** Fills in the form and sends it, whatever comes of it. */
export async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** With the page's cookies, agent and address. A busy machine may ask to come again. */
async function call(page: Page, path: string, data: Record<string, string>, expected: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await page.request.post(`/api/auth/${path}`, { data, headers: { "sec-fetch-site": "same-origin" } });
    if (answer.status() === expected) return;
    if (answer.status() !== 503 || tries === 5) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  }
}

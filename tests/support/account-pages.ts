import type { Page } from "playwright";
import { codeTo } from "./mail-links";
import type { TestMail } from "./test-mail";

export const PASSWORD = "copper lantern seven rivers";

/** Creates an account as a person does, and waits for its devices. */
export async function signUp(page: Page, email: string, name?: string): Promise<void> {
  await page.goto("/sign-up");
  await enterNew(page, email, name);
  await page.waitForURL("**/devices");
}

/** The same where there is mail: the address is proven by the code that came. */
export async function signUpByCode(page: Page, inbox: TestMail, email: string): Promise<void> {
  await page.goto("/sign-up");
  await enterNew(page, email);
  await continueBy(page, await codeTo(inbox, email));
  await page.waitForURL("**/devices");
}

/** Fills in the form of a new account and sends it, whatever comes of it. */
export async function enterNew(page: Page, email: string, name = "Ada Lovelace"): Promise<void> {
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

/** Signs in as a person does, and waits for the devices. */
export async function signIn(page: Page, email: string): Promise<void> {
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

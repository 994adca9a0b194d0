import type { Page } from "playwright";

export const PASSWORD = "copper lantern seven rivers";

/** Creates an account as a person does, and waits for its devices. */
export async function signUp(page: Page, email: string, name = "Ada Lovelace"): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/devices");
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

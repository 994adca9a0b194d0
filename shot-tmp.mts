import { chromium } from "playwright";
import sharp from "sharp";
import { writeFileSync } from "node:fs";
const B = process.env.BASE ?? "http://localhost:3350";
const grad = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200"><defs><linearGradient id="g" x1="0" x2="1" y1="0" y2="1"><stop offset="0" stop-color="#fbb65a"/><stop offset="1" stop-color="#334a7a"/></linearGradient></defs><rect width="1600" height="1200" fill="url(#g)"/><circle cx="820" cy="520" r="220" fill="#f2d3b8"/><rect x="520" y="760" width="600" height="460" rx="220" fill="#244"/></svg>');
writeFileSync("/tmp/shots/photo.jpg", await sharp(grad).jpeg().toBuffer());
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
for (const scheme of ["light", "dark"] as const) {
  const ctx = await browser.newContext({ baseURL: B, colorScheme: scheme, viewport: { width: 1280, height: 900 } });
  const page = await ctx.newPage();
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && console.log(scheme, m.text()));
  page.on("pageerror", (e) => console.log(scheme, "pageerror", e.message));
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(`ada${Date.now()}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("copper lantern seven rivers");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/devices");
  await page.waitForTimeout(800);
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: width === 320 ? 640 : 900 });
    await page.goto("/profile");
    await page.waitForTimeout(500);
    await page.screenshot({ path: `/tmp/shots/profile-${scheme}-${width}.png`, fullPage: true });
    await page.locator("input[type=file]").setInputFiles("/tmp/shots/photo.jpg");
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(900);
    await page.getByLabel("Zoom").fill("1.6");
    await page.waitForTimeout(300);
    await page.screenshot({ path: `/tmp/shots/dialog-${scheme}-${width}.png` });
    if (width === 1280) {
      await page.getByRole("button", { name: "Upload picture" }).click();
      await page.getByText("Picture changed.").waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: `/tmp/shots/after-${scheme}.png` });
    } else await page.getByRole("button", { name: "Cancel" }).click();
  }
  await ctx.close();
}
await browser.close();

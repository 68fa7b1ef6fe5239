import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/** Chromium out of npm, without a window. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // Not the package's own flags: they put all in one process and switch the web's defences off.
    args: ["--no-sandbox", "--disable-gpu"],
    headless: true,
  });
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ensureChromium } from '@otter/testkit';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 15_000;
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Debian's Chromium without a screen. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium();
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--force-prefers-reduced-motion'] });
}

/** A person of their own: cookies, language and theme as the browser asks for them. */
export async function openPage(
  browser: Browser,
  url: string,
  { locale = 'en-GB' }: { locale?: 'en-GB' | 'zh-CN' } = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: url, locale, viewport: DESK },
    reducedMotion: 'reduce',
    // The policy of the console is for its own scripts; axe is put in from outside.
    bypassCSP: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/**
 * Serious and critical faults that axe finds on what is shown, or in its colours alone. Fails when it looked at nothing.
 */
export async function accessibilityFaults(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  await page.evaluate(AXE);
  const { faults, passes } = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ passes: unknown[]; violations: AxeViolation[] }> };
    };
    interface AxeViolation {
      id: string;
      impact: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const result = await axe.run({
      runOnly: only === 'all' ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] : ['color-contrast'],
    });
    const serious = result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const text = ({ id, nodes }: AxeViolation): string =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`)
        .join(' | ')}`;
    return { faults: serious.map(text), passes: result.passes.length };
  }, rules);
  expect(passes).toBeGreaterThan(rules === 'all' ? 5 : 0);
  return faults;
}

/** What axe finds on a page in either theme, and whether it is wider than a phone. Leaves it as wide as a desk's. */
export async function faultsEverywhere(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-shade=${colorScheme}]`).waitFor();
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${name} ${colorScheme}: ${fault}`));
  }
  await page.setViewportSize(PHONE);
  const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  if (isWider === true) faults.push(`${name}: wider than a phone`);
  await page.setViewportSize(DESK);
  return faults;
}

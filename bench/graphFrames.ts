/** How long a frame takes while the picture of a graph is moved in a browser that draws without a graphics card. */
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import type { GraphSnapshot } from '../protocol/graphs';
import { CHROMIUM_SWITCHES, ensureChromium } from '../scripts/lib/chromium.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import type { Budget } from './lib/budget';
import type { FrameRun, FrameTimes, GraphPage } from './lib/graphPage';
import { syntheticGraph } from './lib/syntheticGraph';

const SYNTHETIC = { nodes: 1000, edges: 40_000, layers: 12, positions: 32, seed: 1 };
const VIEW = { width: 1600, height: 1000 };
const LIMIT = 8;

/** Runs in the page, which has put it there. */
declare const graphPage: GraphPage;

/** @param others - more graphs, by name */
export async function graphFrameBudgets(others: ReadonlyMap<string, GraphSnapshot>): Promise<Budget[]> {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_SWITCHES });
  try {
    const page = await browser.newPage({ viewport: VIEW });
    await load(page);
    const synthetic = syntheticGraph(SYNTHETIC);
    const name = `graph of ${SYNTHETIC.nodes} nodes, ${SYNTHETIC.edges} edges`;
    const budgets = [
      await frameBudget(page, name, synthetic, { selected: null, flush: true }),
      await frameBudget(page, `${name}, a logit's edges`, synthetic, {
        selected: targetOf(synthetic),
        flush: true,
      }),
      await frameBudget(page, `${name}, not flushed`, synthetic, { selected: null, flush: false }),
    ];
    for (const [title, snapshot] of others) {
      const run = { selected: targetOf(snapshot), flush: true };
      budgets.push(await frameBudget(page, `${title}, a logit's edges`, snapshot, run));
    }
    return budgets;
  } finally {
    await browser.close();
  }
}

function targetOf({ nodes }: GraphSnapshot): number {
  return nodes.findIndex(({ isTarget }) => isTarget);
}

async function load(page: Page): Promise<void> {
  const built = await build({
    absWorkingDir: inRoot(),
    entryPoints: ['bench/lib/graphPage.tsx'],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outdir: 'out',
  });
  const text = (ending: string): string =>
    built.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const style = `${text('.css')} body { margin: 0 } #root { position: fixed; inset: 0 }`;
  await page.setContent(`<style>${style}</style><div id="root"></div>`);
  await page.addScriptTag({ content: text('.js') });
}

async function frameBudget(
  page: Page,
  name: string,
  snapshot: GraphSnapshot,
  run: FrameRun,
): Promise<Budget> {
  const times = await page.evaluate(([graph, how]) => graphPage.measureFrames(graph, how), [
    snapshot,
    run,
  ] as const);
  return {
    name: `${name}: frame, p95`,
    measured: quantile(times.work, 0.95),
    limit: LIMIT,
    bound: 'most',
    unit: ' ms',
    detail: detailOf(times, snapshot),
  };
}

function detailOf({ work, intervals, opening }: FrameTimes, { nodes, links }: GraphSnapshot): string {
  const [median, most] = [quantile(work, 0.5), Math.max(...work)].map((ms) => ms.toFixed(1));
  const between = quantile(intervals, 0.5).toFixed(0);
  const size = `${nodes.length} nodes, ${links.sources.length} edges`;
  return `median ${median}, most ${most} ms, ${work.length} frames every ${between} ms; edges after ${opening.toFixed(0)} ms; ${size}`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

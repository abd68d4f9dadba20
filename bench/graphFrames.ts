/** How long a frame takes while the picture of a graph is moved in a browser that draws without a graphics card. */
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import type { GraphSnapshot } from '../protocol/graphs';
import { CHROMIUM_SWITCHES, ensureChromium } from '../scripts/lib/chromium.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { snapshotOf } from '../server/src/documents/graphs/snapshot';
import { readGraphFile } from '../server/src/formats/attributionGraph/readGraph';
import type { Budget } from './lib/budget';
import { tracedFrames } from './lib/frameTrace';
import type { FrameCost } from './lib/frameTrace';
import type { GraphPage } from './lib/graphPage';
import { syntheticGraph } from './lib/syntheticGraph';

const SYNTHETIC = { nodes: 1000, edges: 40_000, layers: 12, positions: 32, seed: 1 };
const VIEW = { width: 1600, height: 1000 };
const LIMIT = 8;

/** Runs in the page, which has put it there. */
declare const graphPage: GraphPage;

/** A graph of the reference material, where that is there. */
const REAL = inRoot('..', 'shared', 'data', 'graphs', 'gemma-small-big-en_2025-11-13T10-16-02-770Z.json');

/** Of a synthetic graph of the size that the design names, and of a real one. */
export async function graphFrameBudgets(): Promise<Budget[]> {
  const executablePath = await ensureChromium();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_SWITCHES });
  try {
    const page = await browser.newPage({ viewport: VIEW });
    await load(page);
    const synthetic = syntheticGraph(SYNTHETIC);
    const name = `graph of ${SYNTHETIC.nodes} nodes, ${SYNTHETIC.edges} edges`;
    // The first run compiles the scripts.
    await frameBudget(page, name, synthetic, null);
    const budgets = [
      await frameBudget(page, name, synthetic, null),
      await frameBudget(page, `${name}, a logit's edges`, synthetic, targetOf(synthetic)),
    ];
    if (!existsSync(REAL)) return budgets;
    const real = realGraph();
    return [...budgets, await frameBudget(page, "real graph, a logit's edges", real, targetOf(real))];
  } finally {
    await browser.close();
  }
}

function realGraph(): GraphSnapshot {
  const { graph } = readGraphFile(REAL);
  const open = { graph, computation: null, isBuilding: false, pruning: null, labels: [] };
  const fit = { run: null, unable: 'only drawn', dictionaries: new Map<number, never>() };
  const summaryOf = (): never => {
    throw new Error('No dictionary is loaded.');
  };
  return snapshotOf(1, open, fit, { summaryOf });
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
  selected: number | null,
): Promise<Budget> {
  const opening = await page.evaluate(([graph, node]) => graphPage.open(graph, node), [
    snapshot,
    selected,
  ] as const);
  let intervals: number[] = [];
  const frames = await tracedFrames(page.context().browser()!, async () => {
    intervals = await page.evaluate(() => graphPage.move());
  });
  return {
    name: `${name}: frame, p95`,
    measured: quantile(
      frames.map(({ processor }) => processor),
      0.95,
    ),
    limit: LIMIT,
    bound: 'most',
    unit: ' ms',
    detail: detailOf(frames, intervals, opening, snapshot),
  };
}

function detailOf(
  frames: readonly FrameCost[],
  intervals: readonly number[],
  opening: number,
  { nodes, links }: GraphSnapshot,
): string {
  const [processor, clock] = [frames.map((cost) => cost.processor), frames.map((cost) => cost.clock)];
  const parts = [
    `median ${quantile(processor, 0.5).toFixed(1)}, most ${Math.max(...processor).toFixed(1)} ms on the processor`,
    `p95 ${quantile(clock, 0.95).toFixed(1)} ms on the clock`,
    `${frames.length} frames every ${quantile(intervals, 0.5).toFixed(0)} ms`,
    `edges after ${opening.toFixed(0)} ms`,
    `${nodes.length} nodes, ${links.sources.length} edges`,
  ];
  return parts.join('; ');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

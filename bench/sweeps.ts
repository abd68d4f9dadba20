/** Costs of sweeps in forward passes, at GPT-2-small shape and T=32 (design, section 8; method in README.md). */
import { attribute } from '../server/src/engine/causal/attribute';
import type { AttributeParams, Cell, Patch, SweepParams } from '../server/src/engine/causal/requests';
import { sweep } from '../server/src/engine/causal/sweep';
import type { ModelHost } from '../server/src/engine/modelHost';
import { capture } from '../server/src/engine/plan';
import type { Budget } from './lib/budget';
import { GPT2_SMALL } from './lib/checkpoint';
import { fastest } from './lib/timing';
import type { TorchPass, TorchWork } from './lib/torch';

export const SWEEP_POSITIONS = 32;
const ROUNDS = 3;

const layers = Array.from({ length: GPT2_SMALL.n_layer }, (_, layer) => layer);
const positions = Array.from({ length: SWEEP_POSITIONS }, (_, at) => at);
const atAttention = (part: string) => layers.map((layer) => `blocks.${layer}.attn.hook_${part}`);
const residual = layers.map((layer) => `blocks.${layer}.hook_resid_pre`);

/** Two texts that differ at every position, so that no cell is spared. */
const pair = {
  base: run(13),
  source: run(77),
  alignment: positions,
  reference: 'base',
  metric: { kind: 'logit_diff', a: [5], b: [6] },
} as const;

function run(start: number) {
  const tokens = positions.map((i) => (i * 7919 + start) % GPT2_SMALL.vocab_size);
  return { tokens, readAt: [SWEEP_POSITIONS - 1] };
}

function patch(hook: string, change: Partial<Patch>): Cell {
  return [
    { hook, positions: null, head: null, keys: null, unit: null, value: { from: 'source' }, ...change },
  ];
}

function sweepOf(cells: readonly Cell[]): SweepParams {
  return { ...pair, cells, values: new Map() };
}

function attributionOf(method: AttributeParams['method'], hooks: readonly string[]): AttributeParams {
  return { ...pair, method, steps: 0, nodes: hooks.map((hook) => ({ hook, each: false })) };
}

const grid = sweepOf(residual.flatMap((hook) => positions.map((at) => patch(hook, { positions: [at] }))));
const heads = sweepOf(
  atAttention('z').flatMap((hook) =>
    Array.from({ length: GPT2_SMALL.n_head }, (_, head) => patch(hook, { head })),
  ),
);
const atp = attributionOf('atp', [...residual, ...atAttention('z')]);
const atpStar = attributionOf('atp*', [...['q', 'k', 'v', 'z'].flatMap(atAttention), ...residual]);

/** Every sweep against one forward pass of all logits, and against the same in PyTorch where there is one. */
export async function sweepBudgets(host: ModelHost, torch: TorchPass | null): Promise<Budget[]> {
  const lookUp = () => Promise.resolve();
  const context = { lookUp, partial: () => undefined };
  const inTorch = (work: TorchWork) => () => torch?.run(work) ?? Promise.resolve(0);
  const times = await fastest(
    {
      forward: () => host.run(capture(['logits']), [pair.base.tokens]),
      grid: () => sweep(host, grid, context),
      heads: () => sweep(host, heads, context),
      atp: () => attribute(host, atp, lookUp),
      atpStar: () => attribute(host, atpStar, lookUp),
      torchGrid: inTorch('grid'),
      torchHeads: inTorch('heads'),
      torchAtp: inTorch('atp'),
    },
    ROUNDS,
  );
  const cost = (name: string, limit: number, time: number): Budget => ({
    name,
    measured: time / times.forward,
    limit,
    bound: 'most',
    unit: ' forwards',
    detail: `${time.toFixed(0)} ms / ${times.forward.toFixed(1)} ms`,
  });
  const against = (name: string, time: number, reference: number): Budget => ({
    name: `${name} / the same in PyTorch`,
    measured: time / reference,
    limit: 1,
    bound: 'most',
    unit: 'x',
    detail: `${time.toFixed(0)} ms / ${reference.toFixed(0)} ms`,
  });
  return [
    cost('residual patching grid, 12 x 32', 48, times.grid),
    cost('head patching grid, 144 heads', 36, times.heads),
    cost('AtP, all heads and residual sites', 4, times.atp),
    cost('AtP*, q, k, v, z of all heads and residual sites', 20, times.atpStar),
    ...(torch
      ? [
          against('residual patching grid', times.grid, times.torchGrid),
          against('head patching grid', times.heads, times.torchHeads),
          against('AtP', times.atp, times.torchAtp),
        ]
      : []),
  ];
}

/** Budgets of the engine at GPT-2-small shape (design, section 8; method in README.md). */
import { generate } from '../server/src/engine/generate';
import { loadDictionary, loadModel } from '../server/src/engine/loading';
import { WeightFiles } from '../server/src/engine/weightFiles';
import { readModelFolder } from '../server/src/formats/modelFolder';
import { privateMemory } from '../server/src/engine/memory';
import { ModelHost } from '../server/src/engine/modelHost';
import { compile, type CompiledGraph, type Tensor } from '../server/src/engine/ort';
import { capture, type Plan, type PlanOutput } from '../server/src/engine/plan';
import { metricFeeds } from '../server/src/experiments/metric';
import { Builder } from '../server/src/graph/builder';
import { lower } from '../server/src/graph/lower';
import type { Value } from '../server/src/graph/types';
import type { Budget } from './lib/budget';
import { type Checkpoints, GPT2_SMALL } from './lib/checkpoint';
import { fastest, timed } from './lib/timing';
import type { TorchPass } from './lib/torch';

export const POSITIONS = 64;
const ROUNDS = 12;

function tokenRow(length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7919 + 13) % GPT2_SMALL.vocab_size);
}

function hookOutputs(hooks: readonly string[]): PlanOutput[] {
  return hooks.map((hook) => ({ kind: 'hook', hook }));
}

/** Residual, attention and MLP hook points. */
function mainHooks(host: ModelHost): string[] {
  return host.hooks.filter((hook) => /hook_(resid_pre|resid_mid|resid_post|attn_out|mlp_out)$/.test(hook));
}

/** A session for x [n, k] times w [k, m], both fed. */
function matmulSession(n: number, k: number, m: number): Promise<CompiledGraph> {
  const b = new Builder();
  b.output('y', b.linear(b.input('x', [n, k]), b.input('w', [k, m])));
  return compile(lower(b.build(), () => ({ kind: 'fed' })));
}

function matmulFeeds(n: number, k: number, m: number) {
  return new Map([
    ['x', { data: new Float32Array(n * k).fill(0.5), dims: [n, k] }],
    ['w', { data: new Float32Array(k * m).fill(0.25), dims: [k, m] }],
  ]);
}

/** Floating-point operations of one forward pass with all logits: two for every weight that multiplies and for attention. */
function forwardFlops(length: number): number {
  const { n_layer, n_embd: d, vocab_size } = GPT2_SMALL;
  const perLayer = 12 * d * d + 2 * length * d;
  return 2 * length * (n_layer * perLayer + d * vocab_size);
}

/** Budgets of one pass at T=64; those against PyTorch only where a Python with torch was found. */
export async function forwardBudgets(host: ModelHost, torch: TorchPass | null): Promise<Budget[]> {
  const tokens = [tokenRow(POSITIONS)];
  const size = 1024;
  const gemm = await matmulSession(size, size, size);
  const feeds = matmulFeeds(size, size, size);
  const metric = { kind: 'logit_diff' as const, answers: [[1], [2]], span: null };
  const hooks = mainHooks(host);
  const forward = capture(['logits']);
  const oneRow: Plan = { ...capture([]), metric: 'logit_diff', outputs: [{ kind: 'metric' }] };
  const captured: Plan = { ...capture([]), outputs: hookOutputs([...hooks, 'logits']) };
  const backward: Plan = {
    ...capture([]),
    metric: 'logit_diff',
    outputs: [
      { kind: 'metric' },
      ...hooks
        .filter((hook) => hook.endsWith('resid_pre'))
        .map((hook): PlanOutput => ({ kind: 'gradient', hook })),
    ],
  };
  const times = await fastest(
    {
      gemm: () => gemm.run(feeds),
      forward: () => host.run(forward, tokens),
      oneRow: () => host.run(oneRow, tokens, metricFeeds(metric, tokens)),
      captured: () => host.run(captured, tokens),
      backward: () => host.run(backward, tokens, metricFeeds(metric, tokens)),
      torch: () => torch?.run('forward') ?? Promise.resolve(),
      torchBackward: () => torch?.run('backward') ?? Promise.resolve(),
    },
    ROUNDS,
  );
  const ceiling = (2 * size ** 3) / times.gemm;
  const reached = forwardFlops(POSITIONS) / times.captured / ceiling;
  return [
    {
      name: 'forward, T=64, residual+attention+MLP hooks: share of the SGEMM ceiling',
      measured: 100 * reached,
      limit: 60,
      bound: 'least',
      unit: '%',
      detail: `${times.captured.toFixed(1)} ms; SGEMM 1024^3 ${times.gemm.toFixed(1)} ms = ${(ceiling / 1e6).toFixed(0)} GFLOP/s`,
    },
    ratio(
      'forward + backward (one row of logits) / forward (all logits), T=64',
      2.3,
      times.backward,
      times.forward,
    ),
    ratio(
      'forward + backward / forward, both with one row of logits, T=64',
      2.3,
      times.backward,
      times.oneRow,
    ),
    ...(torch
      ? [
          ratio('forward with hooks / the same pass in PyTorch, T=64', 0.6, times.captured, times.torch),
          ratio('forward + backward / the same in PyTorch, T=64', 0.6, times.backward, times.torchBackward),
        ]
      : []),
  ];
}

/** A time over another, at most `limit`. */
function ratio(name: string, limit: number, time: number, reference: number): Budget {
  const detail = `${time.toFixed(1)} ms / ${reference.toFixed(1)} ms`;
  return { name, measured: time / reference, limit, bound: 'most', unit: 'x', detail };
}

export async function dictionaryBudget(checkpoints: Checkpoints): Promise<Budget> {
  const [dIn, dSae] = [GPT2_SMALL.n_embd, 24576];
  const host = new ModelHost(null, new Map());
  const algebra = loadDictionary(host, { id: 'd', path: checkpoints.dictionary(dIn, dSae) });
  const x = { data: new Float32Array(POSITIONS * dIn).map((_, i) => Math.sin(i)), dims: [POSITIONS, dIn] };
  const product = await matmulSession(POSITIONS, dIn, dSae);
  const feeds = matmulFeeds(POSITIONS, dIn, dSae);
  const times = await fastest(
    { product: () => product.run(feeds), encode: () => host.topFeatures(algebra.id, x, 32) },
    ROUNDS,
  );
  await host.release();
  const name = 'encode + top-32 of 24,576 features, T=64 / its matrix product';
  return ratio(name, 1.2, times.encode, times.product);
}

/** One row times every matrix that a generated token reads, mapped from the model's own file: the same bytes, nothing else. */
function weightPass(folder: string): Promise<CompiledGraph> {
  const { weights } = readModelFolder(folder);
  const files = new WeightFiles();
  const b = new Builder();
  const rows = new Map<number, Value>();
  const row = (width: number) => rows.get(width) ?? b.input(`row${width}`, [1, width]);
  for (const [name, { file, info }] of weights.tensors) {
    if (info.shape.length !== 2 || name.endsWith('wpe.weight')) continue;
    files.add(name, file, name);
    const transposed = name.endsWith('wte.weight');
    const x = row(info.shape[transposed ? 1 : 0]!);
    rows.set(x.shape[1] as number, x);
    b.output(`product.${name}`, b.linear(x, b.weight(name, info.shape), null, transposed));
  }
  const weightFolder = files.folder();
  return compile(
    lower(b.build(), (name) => files.locate(name, weightFolder)),
    { weightFolder },
  );
}

function rowFeeds(widths: readonly number[]): Map<string, Tensor> {
  return new Map(
    widths.map((width) => [`row${width}`, { data: new Float32Array(width).fill(0.5), dims: [1, width] }]),
  );
}

/**
 * A generated token against two passes over as many bytes: through the mapping it reads them from, and in one matrix in memory.
 * All three are means over as many passes.
 */
export async function generationBudgets(host: ModelHost, folder: string): Promise<Budget[]> {
  const { n_layer, n_embd: d, vocab_size } = GPT2_SMALL;
  const mapped = await weightPass(folder);
  const mappedFeeds = rowFeeds([d, 4 * d]);
  const columns = d * 12 * n_layer + vocab_size;
  const inMemory = await matmulSession(1, d, columns);
  const inMemoryFeeds = matmulFeeds(1, d, columns);
  const tokens = 32;
  const params = { tokens: tokenRow(16), stop: [], temperature: 0, seed: 0, steering: [] };
  const context = { isCancelled: () => false, partial: () => undefined };
  const times = await fastest(
    {
      mapped: () => repeatedly(tokens - 1, () => mapped.run(mappedFeeds)),
      inMemory: () => repeatedly(tokens - 1, () => inMemory.run(inMemoryFeeds)),
      prompt: () => generate(host, { ...params, maxTokens: 1 }, context),
      all: () => generate(host, { ...params, maxTokens: tokens }, context),
    },
    4,
  );
  const each = (time: number) => time / (tokens - 1);
  const token = each(times.all - times.prompt);
  const name = 'a generated token with cached keys and values / matrix-vector pass over';
  return [
    ratio(`${name} the same mapped bytes`, 1.3, token, each(times.mapped)),
    ratio(`${name} one matrix in memory`, 1.3, token, each(times.inMemory)),
  ];
}

async function repeatedly(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i++) await work();
}

/** A fresh load of a file in the page cache to its first result, and what that costs in private memory. */
export async function openingBudgets(folder: string): Promise<Budget[]> {
  const before = privateMemory();
  const loaded: { model?: ReturnType<typeof loadModel> } = {};
  const time = await timed(async () => {
    loaded.model = loadModel({ path: folder });
    const plan: Plan = { ...capture([]), outputs: [{ kind: 'metric' }], metric: 'log_prob' };
    const tokens = [tokenRow(8)];
    const feeds = metricFeeds({ kind: 'log_prob', answers: [[5]], span: null }, tokens);
    await loaded.model.host.run(plan, tokens, feeds);
  });
  const growth = privateMemory() - before;
  const bytes = loaded.model!.summary.weightBytes;
  await loaded.model!.host.release();
  return [
    {
      name: 'opening 500 MB to the first result',
      measured: time / 1000,
      limit: 1,
      bound: 'most',
      unit: ' s',
      detail: `${(bytes / 1e6).toFixed(0)} MB`,
    },
    {
      name: 'growth of private memory / file',
      measured: growth / bytes,
      limit: 0.15,
      bound: 'most',
      unit: 'x',
      detail: `${(growth / 1e6).toFixed(0)} MB`,
    },
  ];
}

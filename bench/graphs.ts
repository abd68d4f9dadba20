/** Attribution graphs at GPT-2-small shape: time, nodes and edges a second, peak memory by prompt length (method in README.md). */
import type { CircuitOutcome } from '../server/src/experiments/circuits/build';
import { buildCircuit } from '../server/src/experiments/circuits/build';
import { LIKELY_TARGET } from '../protocol/graphs';
import type { Budget } from './lib/budget';
import { type Checkpoints, GPT2_SMALL } from './lib/checkpoint';
import { EngineProcess } from './lib/engineProcess';

const LENGTHS = [16, 64, 256, 1024];
const FEATURES = 24576;
const ACTIVE = 64;
const FEATURE_NODES = 1024;

interface Measured {
  readonly length: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly edges: number;
  readonly active: number;
  /** Bytes. */
  readonly peak: number;
}

/** A fresh engine for each length, so that no memory of one counts for the next. */
export async function graphBudgets(checkpoints: Checkpoints, model: string): Promise<Budget[]> {
  const layers = Array.from({ length: GPT2_SMALL.n_layer }, (_, layer) => layer);
  const transcoders = layers.map((layer) => checkpoints.transcoder(layer, FEATURES, ACTIVE));
  const found: Measured[] = [];
  for (const length of LENGTHS) {
    const measured = await graphOf(model, transcoders, length);
    found.push(measured);
    process.stderr.write(`${length} tokens: ${measured.seconds.toFixed(1)} s, ${megabytes(measured.peak)}\n`);
  }
  process.stdout.write(`${graphTable(found)}\n\n`);
  const [short, long] = [256, 1024].map((length) => found.find((one) => one.length === length)!);
  return [
    {
      name: 'attribution graph: peak memory at 1,024 tokens / at 256',
      measured: long!.peak / short!.peak,
      limit: 4.5,
      bound: 'most',
      unit: 'x',
      detail: `${megabytes(long!.peak)} / ${megabytes(short!.peak)}, engine and asker together`,
    },
  ];
}

async function graphOf(model: string, transcoders: readonly string[], length: number): Promise<Measured> {
  const process = await EngineProcess.start();
  const { engine } = process;
  try {
    const summary = await engine.request('load', { path: model });
    const ids = transcoders.map((_, layer) => `t${layer}`);
    for (const [layer, path] of transcoders.entries())
      await engine.request('loadDictionary', { id: ids[layer]!, path });
    const tokens = Array.from({ length }, (_, i) => (i * 7919 + 13) % GPT2_SMALL.vocab_size);
    const question = {
      run: { tokens, dictionaries: ids },
      target: LIKELY_TARGET,
      maxFeatures: FEATURE_NODES,
    };
    const lab = {
      model: summary,
      tokenizer: null,
      dictionaries: new Map(),
      ask: engine.request.bind(engine),
    };
    const start = performance.now();
    const { result, peak } = await process.watched(() =>
      buildCircuit(lab, question, { signal: new AbortController().signal }),
    );
    return { length, ...counts(result), seconds: (performance.now() - start) / 1000, peak };
  } finally {
    await process.stop();
  }
}

function counts({ built }: CircuitOutcome) {
  const { nodes, edges } = built.circuit;
  return { nodes: nodes.length, edges: edges.weights.length, active: built.sources.layers.length };
}

function graphTable(rows: readonly Measured[]): string {
  const heading = [
    'tokens',
    'active features',
    'nodes',
    'edges',
    'seconds',
    'nodes/s',
    'edges/s',
    'peak memory',
  ];
  const cells = rows.map(({ length, active, nodes, edges, seconds, peak }) => [
    `${length}`,
    `${active}`,
    `${nodes}`,
    `${edges}`,
    seconds.toFixed(1),
    (nodes / seconds).toFixed(0),
    (edges / seconds).toFixed(0),
    megabytes(peak),
  ]);
  const table = [heading, ...cells];
  const widths = heading.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Means of activations over texts, for ablation. */
import type { Tensor } from '../../engine/ort';
import { capture, type Plan, type PlanOutput } from '../../engine/plan';
import type { Bench } from './bench';
import type { PreparedPrompt } from './prompts';
import { Refusal } from './refusal';

/** Sums of one hook point over texts, position by position. */
interface Sums {
  /** [positions, width] in float64. */
  readonly sums: Float64Array[];
  /** How many texts reach each position. */
  readonly counts: number[];
  /** Lengths after the position. */
  readonly inner: readonly number[];
}

/**
 * Runs the texts once and adds up the hook points; those of dictionaries with the model running through them.
 * @throws EngineError
 */
async function addUp(
  hooks: readonly string[],
  dictionaries: readonly string[],
  texts: readonly PreparedPrompt[],
  { lab, signal }: Bench,
): Promise<Map<string, Sums>> {
  const plan: Plan = {
    ...capture([]),
    dictionaries: dictionaries.map((id) => ({ id, mode: 'through' })),
    outputs: hooks.map((hook): PlanOutput => ({ kind: 'hook', hook })),
  };
  const found = new Map<string, Sums>();
  for (const { ids } of texts) {
    const results = await lab.ask('run', { plan, tokens: [ids] }, { signal });
    for (const hook of hooks) {
      const tensor = results.get(hook)!;
      const sums = found.get(hook) ?? { sums: [], counts: [], inner: tensor.dims.slice(2) };
      found.set(hook, sums);
      addText(sums, tensor);
    }
  }
  return found;
}

/** Adds one text's activation [1, pos, ...inner]. */
function addText({ sums, counts, inner }: Sums, { data, dims }: Tensor): void {
  const width = inner.reduce((a, b) => a * b, 1);
  for (let position = 0; position < dims[1]!; position++) {
    const sum = (sums[position] ??= new Float64Array(width));
    for (let i = 0; i < width; i++) sum[i]! += Number(data[position * width + i]);
    counts[position] = (counts[position] ?? 0) + 1;
  }
}

/** Means [...inner] over all positions of the texts, BOS that was put before them excepted. @throws EngineError */
export async function overallMeans(
  hooks: readonly string[],
  dictionaries: readonly string[],
  texts: readonly PreparedPrompt[],
  bench: Bench,
): Promise<Map<string, Tensor>> {
  const first = texts.every(({ bosAdded }) => bosAdded) ? 1 : 0;
  if (texts.every(({ ids }) => ids.length <= first))
    throw new Refusal(
      'the texts over which means are taken hold nothing but BOS: give longer ones with "over"',
    );
  const added = await addUp(hooks, dictionaries, texts, bench);
  return new Map(
    [...added].map(([hook, { sums, counts, inner }]) => {
      const count = counts.slice(first).reduce((a, b) => a + b, 0);
      const total = sums[0]!.map((_, i) => sums.slice(first).reduce((sum, each) => sum + each[i]!, 0));
      return [hook, { data: Float32Array.from(total, (sum) => sum / count), dims: inner }];
    }),
  );
}

/** Means [length, ...inner] at each position. @throws Refusal when no text reaches the last position, EngineError */
export async function positionMeans(
  hooks: readonly string[],
  dictionaries: readonly string[],
  texts: readonly PreparedPrompt[],
  length: number,
  bench: Bench,
): Promise<Map<string, Tensor>> {
  const longest = Math.max(...texts.map(({ ids }) => ids.length));
  if (longest < length) {
    throw new Refusal(
      `the longest text over which means are taken has ${longest} tokens and a prompt has ${length}, so that positions ` +
        `${longest} to ${length - 1} have no mean: give longer texts with "over", or use "with: mean"`,
    );
  }
  const added = await addUp(hooks, dictionaries, texts, bench);
  return new Map(
    [...added].map(([hook, { sums, counts, inner }]) => {
      const width = sums[0]!.length;
      const data = new Float32Array(length * width);
      for (let position = 0; position < length; position++)
        data.set(
          sums[position]!.map((sum) => sum / counts[position]!),
          position * width,
        );
      return [hook, { data, dims: [length, ...inner] }];
    }),
  );
}

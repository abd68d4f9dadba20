/** The nodes that attribution scores: which there are, and their values in another run. */
import { errorHook } from '../../dictionaries/splices';
import { noMatch } from '../../models/hookNames';
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { isPattern } from './places';
import type { CausalRun, MetricSpec, NodeHook, RunPair } from './requests';

type Alignment = RunPair['alignment'];

/** @throws RunError naming what the request asks for that is not there */
export function checkNodes(
  host: ModelHost,
  nodes: readonly NodeHook[],
  dictionaries: readonly string[],
): void {
  const ofDictionaries = new Map<string, string>();
  for (const [id, { hook }] of host.dictionaries) {
    ofDictionaries.set(hook, id).set(errorHook(hook), id);
  }
  for (const id of dictionaries) checkLoaded(host, id);
  const known = new Set(host.hooks);
  for (const [i, { hook }] of nodes.entries()) {
    if (nodes.findIndex((node) => node.hook === hook) < i) throw new RunError(`${hook} is asked for twice`);
    if (known.has(hook)) continue;
    const dictionary = ofDictionaries.get(hook);
    if (dictionary === undefined) throw new RunError(noMatch(hook, [...known, ...ofDictionaries.keys()]));
    if (dictionaries.includes(dictionary)) continue;
    throw new RunError(`${hook} belongs to the dictionary ${dictionary}: name that among the dictionaries`);
  }
}

/** @throws RunError when the metric reads a feature of a dictionary that is not there */
export function checkMetric(host: ModelHost, { kind, dictionary }: MetricSpec): void {
  if (dictionary !== undefined) checkLoaded(host, dictionary);
  else if (kind === 'feature')
    throw new RunError('a feature as the metric needs the dictionary that it is of');
}

function checkLoaded(host: ModelHost, dictionary: string): void {
  if (!host.dictionaries.has(dictionary)) throw new RunError(`the dictionary ${dictionary} is not loaded`);
}

/** @throws RunError when there is nothing to read the metric at, or it lies outside the text */
export function checkRun({ tokens, readAt }: CausalRun): void {
  if (readAt.length === 0) throw new RunError('there is no position to read the metric at');
  const outside = readAt.find((position) => !(position >= 0 && position < tokens.length));
  if (outside === undefined) return;
  throw new RunError(
    `the metric is read at position ${outside}, which is outside the ${tokens.length} tokens`,
  );
}

/** @throws RunError when patterns are compared between runs whose positions do not stand for each other one by one */
export function checkAlignment(nodes: readonly NodeHook[], { base, source, alignment }: RunPair): void {
  const isOneToOne =
    source?.tokens.length === base.tokens.length && base.tokens.every((_, at) => alignment[at] === at);
  const pattern = nodes.find(({ hook }) => isPattern(hook));
  if (isOneToOne || !pattern) return;
  throw new RunError(
    `${pattern.hook} can be scored only between runs of equal length whose positions stand for each other: ` +
      'score q, k or z instead',
  );
}

/** The hook point's value in the source run at the positions of the base run [1, pos, ...]; zeros without a counterpart. */
export function alignedTo(alignment: Alignment, hook: string, source: Tensor): Tensor {
  if (isPattern(hook)) return source;
  const [, length, ...inner] = source.dims as [number, number, ...number[]];
  const width = source.data.length / length;
  const data = new Float32Array(alignment.length * width);
  alignment.forEach((at, position) => {
    if (at === null) return;
    data.set((source.data as Float32Array).subarray(at * width, (at + 1) * width), position * width);
  });
  return { data, dims: [1, alignment.length, ...inner] };
}

/** Contributions [pos, ...] with NaN at positions without a counterpart. */
export function withoutUnaligned(alignment: Alignment, hook: string, { data, dims }: Tensor): Tensor {
  if (isPattern(hook)) return { data, dims };
  const marked = Float32Array.from(data as Float32Array);
  const width = data.length / alignment.length;
  alignment.forEach((at, position) => {
    if (at === null) marked.fill(NaN, position * width, (position + 1) * width);
  });
  return { data: marked, dims };
}

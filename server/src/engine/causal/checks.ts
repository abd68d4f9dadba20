/** What requests about causes are refused for, in words for the one who asked. */
import { errorHook } from '../../dictionaries/splices';
import { noMatch } from '../../models/hookNames';
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import { isOneToOne, isPattern, startLayer } from './places';
import type { CausalRun, MetricSpec, NodeHook, Patch, RunPair, SweepParams } from './requests';

/** @throws RunError with near misses when a hook point is neither of the model nor of a loaded dictionary */
export function checkHooks(host: ModelHost, hooks: readonly string[]): void {
  const known = new Set(host.hooks);
  for (const { hook } of host.dictionaries.values()) known.add(hook).add(errorHook(hook));
  const unknown = hooks.find((hook) => !known.has(hook));
  if (unknown !== undefined) throw new RunError(noMatch(unknown, [...known]));
}

/** @throws RunError when a node is not there or is asked for twice */
export function checkNodes(host: ModelHost, nodes: readonly NodeHook[]): void {
  const hooks = nodes.map(({ hook }) => hook);
  checkHooks(host, hooks);
  const twice = hooks.find((hook, i) => hooks.indexOf(hook) < i);
  if (twice !== undefined) throw new RunError(`${twice} is asked for twice`);
}

/** @throws RunError when the metric reads a feature of a dictionary that is not there */
export function checkMetric(host: ModelHost, { kind, dictionary }: MetricSpec): void {
  if (dictionary === undefined) {
    if (kind === 'feature') throw new RunError('a feature as the metric needs the dictionary that it is of');
  } else if (!host.dictionaries.has(dictionary)) {
    throw new RunError(`the dictionary ${dictionary} is not loaded`);
  }
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

/** @throws RunError when patterns are exchanged between runs whose positions do not stand for each other one by one */
export function checkPatterns(hooks: readonly string[], pair: RunPair): void {
  const pattern = hooks.find(isPattern);
  if (pattern === undefined || isOneToOne(pair)) return;
  throw new RunError(
    `${pattern} can be exchanged only between runs of equal length whose positions stand for each other: ` +
      'take q, k, v or z instead',
  );
}

/** @throws RunError naming what a sweep asks for that cannot be had */
export function checkSweep(host: ModelHost, params: SweepParams): void {
  for (const run of [params.base, ...(params.source ? [params.source] : [])]) checkRun(run);
  checkMetric(host, params.metric);
  const patches = params.cells.flat();
  const hooks = [...new Set(patches.map(({ hook }) => hook))];
  checkHooks(host, hooks);
  checkSpans(host, hooks);
  checkValues(patches, params);
}

function checkValues(patches: readonly Patch[], params: SweepParams): void {
  const exchanged = patches.filter(({ value }) => value.from === 'source').map(({ hook }) => hook);
  if (exchanged.length > 0 && !params.source)
    throw new RunError(`${exchanged[0]!} is to be patched from another run, and none was given`);
  checkPatterns(exchanged, params);
  for (const { hook, value } of patches) {
    if (value.from === 'given' && !params.values.has(value.name))
      throw new RunError(`no values named ${value.name} were given for ${hook}`);
  }
}

/** A layer at a time can splice only what reads and writes in one layer. */
function checkSpans(host: ModelHost, hooks: readonly string[]): void {
  const { layers } = host.architecture.dimensions;
  for (const { algebra, hook } of host.dictionaries.values()) {
    const { hookName, hookNameOut } = algebra.config;
    const isPatched = hooks.includes(hook) || hooks.includes(errorHook(hook));
    if (!isPatched || startLayer(hookName, layers) === startLayer(hookNameOut, layers)) continue;
    throw new RunError(
      `${hook} cannot be patched: its dictionary reads ${hookName} and writes ${hookNameOut}, another layer`,
    );
  }
}

/** Requests to the engine made of the fixtures of the patching lab. */
import { errorHook } from '../../server/src/dictionaries/splices';
import type { MetricSpec, RunPair } from '../../server/src/engine/causal/requests';
import { loadDictionary, loadModel } from '../../server/src/engine/loading';
import type { ModelHost } from '../../server/src/engine/modelHost';
import { fixturePath } from '../reference/fixtures';
import { type MetricParts, type PatchingEntry, patchingPairs } from '../reference/patchingFixtures';

const pairs = patchingPairs();

/** Models and dictionaries of the pairs, each loaded once. */
export class FixtureHosts {
  private readonly hosts = new Map<string, ModelHost>();

  of(pair: string): ModelHost {
    const { model } = pairs[pair]!;
    const host = this.hosts.get(model) ?? loadModel({ path: fixturePath(...model.split('/')) }).host;
    this.hosts.set(model, host);
    return host;
  }

  async release(): Promise<void> {
    for (const host of this.hosts.values()) await host.release();
  }
}

/** The hook point of a short name (`z`, `mlp_post`), or of a dictionary's `features` or `error`; loads the dictionary. */
export function hookOf(host: ModelHost, at: string, layer: number, dictionary?: string): string {
  if (dictionary !== undefined) return dictionaryHook(host, at, dictionary);
  if (/^(resid_|attn_out|mlp_out)/.test(at)) return `blocks.${layer}.hook_${at}`;
  return at === 'mlp_post' ? `blocks.${layer}.mlp.hook_post` : `blocks.${layer}.attn.hook_${at}`;
}

function dictionaryHook(host: ModelHost, at: string, dictionary: string): string {
  if (!host.dictionaries.has(dictionary)) {
    loadDictionary(host, { id: dictionary, path: fixturePath('dictionaries', dictionary) });
  }
  const { hook } = host.dictionaries.get(dictionary)!;
  return at === 'error' ? errorHook(hook) : hook;
}

export function metricSpec({ kind, answers }: MetricParts): MetricSpec {
  return { kind, a: answers[0] ?? [], b: answers[1] ?? [] };
}

export function readPositions({ kind, position }: MetricParts, length: number): number[] {
  if (position !== null) return [position];
  return kind === 'loss' ? Array.from({ length: length - 1 }, (_, i) => i) : [length - 1];
}

interface DirectedEntry extends PatchingEntry {
  readonly direction: 'denoise' | 'noise';
  readonly alignment?: readonly (readonly [number, number])[];
}

export function runPair({ pair, direction, alignment, metricParts }: DirectedEntry): RunPair {
  const { clean, corrupt } = pairs[pair]!;
  const run = (tokens: readonly number[]) => ({ tokens, readAt: readPositions(metricParts, tokens.length) });
  const [base, source] = direction === 'denoise' ? [corrupt, clean] : [clean, corrupt];
  const counterparts = new Map(alignment ?? base.map((_, at): [number, number] => [at, at]));
  return {
    base: run(base),
    source: run(source),
    alignment: base.map((_, at) => counterparts.get(at) ?? null),
    reference: direction === 'denoise' ? 'source' : 'base',
  };
}

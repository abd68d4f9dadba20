/** An engine without a model: random direct effects between sources and targets that may have them, by the contract of requests.ts. */
import type {
  CircuitChange,
  CircuitEffect,
  CircuitEffectsParams,
  CircuitRow,
  CircuitRowsParams,
  CircuitRun,
  CircuitSource,
  CircuitSources,
  CircuitTarget,
} from '../../../engine/circuits/requests';
import type { EngineMethod } from '../../../engine/messages';
import type { Ask, AskOptions } from '../../lab/laboratory';
import { fakeLab } from '../../lab/testing/fakeLab';
import type { CircuitLab } from '../build';
import { seeded } from './randomCircuit';

export interface LinearEngineOptions {
  /** Active features at each position but the first, in every layer. */
  readonly active?: number;
  /** Rows, or effects, that come together. */
  readonly together?: number;
  /** Called before each part; may throw. */
  readonly beforePart?: (answered: number) => void;
  /** What an effect becomes where not everything is held. */
  readonly bend?: (effect: number) => number;
}

export const LAYERS = 3;
export const RUN: CircuitRun = { tokens: [0, 5, 6, 7], dictionaries: ['t0', 't2'] };
const POSITIONS = RUN.tokens.length;
/** The layer without a dictionary. */
export const BARE_LAYER = 1;

export class LinearEngine {
  readonly sources: CircuitSources;
  /** How many targets each request for rows had. */
  readonly asked: number[] = [];
  private answered = 0;

  constructor(private readonly options: LinearEngineOptions = {}) {
    this.sources = sourcesOf(options.active ?? 2);
  }

  lab(): CircuitLab {
    const answers: Partial<Record<EngineMethod, unknown>> = {
      circuit: () => this.sources,
      circuitRows: (params: CircuitRowsParams, options: AskOptions<'circuitRows'>) =>
        this.rows(params, options),
      circuitEffects: (params: CircuitEffectsParams, options: AskOptions<'circuitEffects'>) =>
        this.effects(params, options),
    };
    const ask = async (method: EngineMethod, params: unknown, options: unknown) => {
      await Promise.resolve();
      return (answers[method] as (params: unknown, options: unknown) => unknown)(params, options);
    };
    return fakeLab({ ask: ask as unknown as Ask });
  }

  /** The direct effect of a source on a target. */
  edge(source: CircuitSource, target: CircuitTarget): number {
    const from = source.kind === 'token' ? -1 : source.layer;
    const [to, at] = target.kind === 'feature' ? [target.layer, target.position] : [LAYERS, POSITIONS - 1];
    const isSilent = source.position === 0 && source.kind !== 'token';
    const isError = source.kind === 'error' && source.layer === BARE_LAYER;
    if (from >= to || source.position > at || isSilent) return 0;
    return (isError ? 3 : 1) * noise(JSON.stringify([source, target]));
  }

  private rows({ targets }: CircuitRowsParams, { onPartial }: AskOptions<'circuitRows'>): null {
    this.asked.push(targets.length);
    // In no fixed order.
    const order = targets.map((_, i) => i).reverse();
    this.inParts(order, (part) => onPartial?.(part.map((i) => this.row(i, targets[i]!))));
    return null;
  }

  private row(index: number, target: CircuitTarget): CircuitRow {
    const { layers, positions, indices, starts } = this.sources;
    const layer = target.kind === 'feature' ? target.layer : LAYERS;
    const feature = (i: number): CircuitSource => ({
      kind: 'feature',
      layer: layers[i]!,
      position: positions[i]!,
      index: indices[i]!,
    });
    const error = (i: number): CircuitSource => ({
      kind: 'error',
      layer: Math.floor(i / POSITIONS),
      position: i % POSITIONS,
    });
    const from = (length: number, source: (i: number) => CircuitSource) =>
      Float32Array.from({ length }, (_, i) => this.edge(source(i), target));
    return {
      target: index,
      features: from(starts[layer]!, feature),
      errors: from(layer * POSITIONS, error),
      tokens: from(POSITIONS, (position) => ({ kind: 'token', position })),
    };
  }

  private effects(
    { changes, targets, hold, whole }: CircuitEffectsParams,
    { onPartial }: AskOptions<'circuitEffects'>,
  ): null {
    const bend = hold === 'everything' ? (effect: number) => effect : (this.options.bend ?? ((x) => x));
    const effect = (change: number): CircuitEffect => ({
      change,
      targets: Float32Array.from(targets, (target) =>
        bend(changes[change]!.reduce((sum, one) => sum + this.changeEffect(one, target), 0)),
      ),
      logits: whole ? this.sources.logits.map((logit, id) => logit + (id === 5 ? 2 : 0)) : null,
      changed: whole ? [{ layer: 2, position: 1, index: 1, before: 1, after: 0 }] : [],
    });
    const order = changes.map((_, i) => i);
    this.inParts(order, (part) => onPartial?.(part.map(effect)));
    return null;
  }

  private changeEffect(change: CircuitChange, target: CircuitTarget): number {
    if (change.kind !== 'feature') {
      const { factor, ...source } = change;
      return (factor - 1) * this.edge(source, target);
    }
    const { value, ...source } = change;
    return (value / this.activation(source) - 1) * this.edge(source, target);
  }

  private activation({ layer, position, index }: Omit<CircuitSource & { kind: 'feature' }, 'kind'>): number {
    const { layers, positions, indices, activations } = this.sources;
    const at = layers.findIndex(
      (_, i) => layers[i] === layer && positions[i] === position && indices[i] === index,
    );
    return activations[at]!;
  }

  private inParts(items: readonly number[], answer: (part: readonly number[]) => void): void {
    const { together = 3, beforePart } = this.options;
    for (let i = 0; i < items.length; i += together) {
      beforePart?.(this.answered++);
      answer(items.slice(i, i + together));
    }
  }
}

/** In (-1, 1), the same for the same text. */
function noise(text: string): number {
  let state = 7;
  for (const letter of text) state = (Math.imul(state, 31) + letter.codePointAt(0)!) >>> 0;
  const random = seeded(state);
  random();
  return 2 * random() - 1;
}

function sourcesOf(active: number): CircuitSources {
  const features = [0, 2].flatMap((layer) =>
    [1, 2, 3].flatMap((position) =>
      Array.from({ length: active }, (_, i) => ({ layer, position, index: 3 * i + position })),
    ),
  );
  const each = 3 * active;
  return {
    layers: Int32Array.from(features, ({ layer }) => layer),
    positions: Int32Array.from(features, ({ position }) => position),
    indices: Int32Array.from(features, ({ index }) => index),
    activations: Float32Array.from(features, (_, i) => 1 + i / 8),
    starts: Int32Array.of(0, each, each, 2 * each),
    errorNorms: Float32Array.from({ length: LAYERS * POSITIONS }, (_, i) => (i % POSITIONS === 0 ? 0 : 1)),
    logits: Float32Array.from({ length: 100 }, (_, id) => (id < 4 ? 6 - id : 0)),
    bareLayers: [BARE_LAYER],
  };
}

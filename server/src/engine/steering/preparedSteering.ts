/** Edits made ready for a model: their slots, and the numbers that each step is fed. */
import { integers, RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { directionOf, norm, unit } from './directions';
import {
  type SteeringChange,
  type SteeringEdit,
  type SteeringPositions,
  type SteeringTarget,
  targetName,
} from './requests';
import { steeringChange, type SteeringFeed, steeringInput, type SteeringSlot } from './slots';

interface PreparedEdit {
  readonly hook: string;
  readonly slot: SteeringSlot;
  readonly numbers: ReadonlyMap<SteeringFeed, Tensor>;
  readonly covers: (position: number) => boolean;
}

export class PreparedSteering {
  constructor(private readonly edits: readonly PreparedEdit[]) {}

  get slots(): readonly SteeringSlot[] {
    return this.edits.map(({ slot }) => slot);
  }

  /** The hook points that say what each edit changed. */
  get changeHooks(): string[] {
    return this.edits.map((_, i) => steeringChange(i));
  }

  /** Does an edit act after the last block, where a step otherwise computes only its last position? */
  get afterBlocks(): boolean {
    return this.edits.some(({ hook }) => /^(logits$|unembed\.|ln_final\.)/.test(hook));
  }

  /** A hook point of edits that keys pass through after those of earlier positions were cached, or null. */
  get behindCachedKeys(): string | null {
    const edit = this.edits.find(({ hook }) => /\.attn\.(hook_rot_k|k_norm\.\w+)$/.test(hook));
    return edit?.hook ?? null;
  }

  /** What a run over `count` positions from position `from` is fed. */
  feeds(from: number, count: number): [string, Tensor][] {
    return this.edits.flatMap(({ numbers, covers }, i) => {
      const mask = Float32Array.from({ length: count }, (_, position) => (covers(from + position) ? 1 : 0));
      const all = [...numbers, ['mask', { data: mask, dims: [count, 1] }] as const];
      return all.map(([feed, tensor]): [string, Tensor] => [steeringInput(i, feed), tensor]);
    });
  }

  /** For each edit, the largest change of what it is about in a run's results. */
  changes(results: ReadonlyMap<string, Tensor>): number[] {
    return this.changeHooks.map((hook) => {
      const data = results.get(hook)!.data as Float32Array;
      return data.reduce((most, change) => Math.max(most, Math.abs(change)), 0);
    });
  }
}

/** @throws RunError naming the edit that cannot be made, and why */
export async function prepareSteering(
  host: ModelHost,
  edits: readonly SteeringEdit[],
  promptLength: number,
): Promise<PreparedSteering> {
  const earlier = new EarlierEdits();
  const prepared: PreparedEdit[] = [];
  for (const [i, { target, change, positions }] of edits.entries()) {
    checkNumbers(target, change);
    const covers = coverage(target, positions, promptLength);
    const { hook, vector } = await directionOf(host, target);
    const throughDictionary =
      'dictionary' in target && change.method !== 'add' && change.method !== 'project';
    if (throughDictionary) {
      const { config } = host.dictionaries.get(target.dictionary)!.algebra;
      const again = earlier.again(i, hook, target, config.hookName !== hook);
      const slot = { kind: 'feature', dictionary: target.dictionary, again } as const;
      const row = config.rescaleByDecoderNorm ? unit(vector) : vector;
      const numbers = [
        ...targets(change),
        ['vector', floats(row)],
        ['feature', integers([target.feature])],
      ] as const;
      prepared.push({ hook, slot, covers, numbers: new Map<SteeringFeed, Tensor>(numbers) });
      continue;
    }
    earlier.interrupt(hook);
    prepared.push({ hook, covers, ...alongDirection(hook, vector, change, target) });
  }
  return new PreparedSteering(prepared);
}

function alongDirection(
  hook: string,
  vector: Float32Array,
  change: SteeringChange,
  target: SteeringTarget,
): Pick<PreparedEdit, 'slot' | 'numbers'> {
  if (change.method !== 'add') {
    const numbers = [...targets(change), ['vector', floats(unit(vector))]] as const;
    return { slot: { kind: 'direction', hook }, numbers: new Map<SteeringFeed, Tensor>(numbers) };
  }
  if (!Number.isFinite(Math.fround(change.value * norm(vector))))
    throw new RunError(`${targetName(target)}: ${change.value} times its direction is too large for float32`);
  const numbers = [
    ['vector', floats(vector)],
    ['amount', floats([change.value])],
  ] as const;
  return { slot: { kind: 'add', hook }, numbers: new Map<SteeringFeed, Tensor>(numbers) };
}

/** Factor, offset and bounds of t(x) (`SteeringSlot`). */
function targets(change: SteeringChange): [SteeringFeed, Tensor][] {
  const numbers = { factor: 0, offset: 0, least: -Infinity, most: Infinity };
  switch (change.method) {
    case 'scale':
    case 'project':
      numbers.factor = change.value;
      break;
    case 'cap':
      numbers.factor = 1;
      numbers.least = change.min ?? -Infinity;
      numbers.most = change.max ?? Infinity;
      break;
    case 'set':
      numbers.offset = change.value;
      break;
    case 'add':
    case 'ablate':
  }
  return (['factor', 'offset', 'least', 'most'] as const).map((feed) => [feed, floats([numbers[feed]])]);
}

function checkNumbers(target: SteeringTarget, change: SteeringChange): void {
  const refuse = (reason: string) => new RunError(`${targetName(target)}: ${change.method} ${reason}`);
  if (change.method === 'ablate') return;
  if (change.method !== 'cap') {
    if (!Number.isFinite(Math.fround(change.value))) throw refuse(`by ${change.value} is no float32 number`);
    return;
  }
  const { min, max } = change;
  if (min === null && max === null) throw refuse('needs a least or a largest value');
  if ([min, max].some((bound) => bound !== null && !Number.isFinite(Math.fround(bound))))
    throw refuse('has a bound that is no float32 number');
  if (min !== null && max !== null && min > max) throw refuse(`has ${min} to ${max}, which holds nothing`);
}

/** @throws RunError when a position is outside the prompt */
function coverage(
  target: SteeringTarget,
  positions: SteeringPositions,
  promptLength: number,
): (position: number) => boolean {
  if (positions === 'all') return () => true;
  if (positions === 'new') return (position) => position >= promptLength;
  const refuse = (reason: string) => new RunError(`${targetName(target)}: ${reason}`);
  if (positions.length === 0) throw refuse('it names no position');
  const chosen = positions.map((position) => (position < 0 ? promptLength + position : position));
  const inside = (position: number) => Number.isInteger(position) && position >= 0 && position < promptLength;
  const outside = positions.find((_, i) => !inside(chosen[i]!));
  if (outside !== undefined)
    throw refuse(`position ${outside} is outside the prompt, which has positions 0 to ${promptLength - 1}`);
  const covered = new Set(chosen);
  return (position) => covered.has(position);
}

/** Which earlier edit changed the same feature of the same encoding (`steeringGraph.ts` says when one is shared). */
class EarlierEdits {
  private readonly encodings = new Map<string, { dictionary: string; edits: Map<number, number> }>();

  /** @param elsewhere the dictionary reads another hook point than it writes: one encoding serves all of its edits */
  again(
    slot: number,
    hook: string,
    { dictionary, feature }: { dictionary: string; feature: number },
    elsewhere: boolean,
  ): number | null {
    const key = elsewhere ? `read by ${dictionary}` : hook;
    const known = this.encodings.get(key);
    const shared =
      known?.dictionary === dictionary ? known : { dictionary, edits: new Map<number, number>() };
    this.encodings.set(key, shared);
    const again = shared.edits.get(feature) ?? null;
    shared.edits.set(feature, slot);
    return again;
  }

  /** Something else is written there: the activation is encoded anew after it. */
  interrupt(hook: string): void {
    this.encodings.delete(hook);
  }
}

function floats(values: ArrayLike<number>): Tensor {
  return { data: Float32Array.from(values), dims: [values.length] };
}

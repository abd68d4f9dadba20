/** The places along a run's axes in words: headings, and the prompts' tokens that stand there. Pure. */
import type { AxisName, PairSummary, PromptSummary, RunResult, Tick } from '../../protocol/experiments';
import type { Heading } from '../render/scene';
import { inert, inertToken } from '../lib/inert';

/** Which prompt of a pair. */
export type Side = 'clean' | 'corrupt';

/** The prompt whose run is changed or read: positions are its. */
export function baseSide({ kind, direction }: RunResult): Side {
  return (kind === 'patch' || kind === 'attribute') && direction !== 'noise' ? 'corrupt' : 'clean';
}

/** A pair's prompt whose positions the axes count, and the other one. */
export function promptsOf(
  run: RunResult,
  pair: PairSummary,
): { readonly base: PromptSummary; readonly other: PromptSummary | null } {
  return baseSide(run) === 'corrupt' && pair.corrupt
    ? { base: pair.corrupt, other: pair.clean }
    : { base: pair.clean, other: pair.corrupt };
}

export function isPositional(axis: AxisName): boolean {
  return axis === 'position' || axis === 'source';
}

/** What an axis counts. In patterns positions are those that attend. */
export function axisTitle(axes: readonly AxisName[], axis: AxisName): string {
  if (axis === 'position' && axes.includes('source')) return 'attending position';
  return axis === 'source' ? 'attended position' : axis;
}

/** What stands at a position of the other prompt, as far as it is another token. */
export interface Counterpart {
  /** Null: nothing takes its place. */
  readonly token: string | null;
  readonly position: number | null;
}

/** The other prompt's token at a position, where it is another; undefined when it is the same, or there are several pairs. */
export function counterpartAt(run: RunResult, position: number): Counterpart | undefined {
  const [pair] = run.pairs;
  if (!pair || run.pairs.length > 1) return undefined;
  const { base, other } = promptsOf(run, pair);
  if (!other || !pair.alignment) return undefined;
  const there = pair.alignment[position];
  if (there === undefined) return undefined;
  if (there === null) return { token: null, position: null };
  const token = other.tokens[there]?.text;
  if (token === undefined) return undefined;
  const isSame = token === base.tokens[position]?.text && there === position;
  return isSame ? undefined : { token, position: there };
}

/** The headings of an axis, in order. */
export function headingsOf(run: RunResult, axis: number): readonly Heading[] {
  const name = run.axes[axis]!;
  return run.ticks[axis]!.map((tick) => headingOf(run, name, tick));
}

function headingOf(run: RunResult, axis: AxisName, tick: Tick): Heading {
  const place = `${tick.index}`;
  if (!isPositional(axis)) {
    const isNumber = tick.label === place;
    if (isNumber && tick.detail !== undefined) return { text: inert(tick.detail), place, second: null };
    return { text: inert(tick.label), place: null, second: null };
  }
  if (!isToken(run, tick)) return { text: inert(tick.label), place: null, second: null };
  const counterpart = counterpartAt(run, tick.index);
  const isOther = counterpart?.token != null && counterpart.token !== tick.label;
  return { text: inertToken(tick.label), place, second: isOther ? inertToken(counterpart.token) : null };
}

/** Whether a position's label is a token; over several pairs whose tokens differ it is a number. */
function isToken(run: RunResult, { label, index }: Tick): boolean {
  const isNumber = label === `${index}`;
  return !isNumber || run.pairs.some((pair) => promptsOf(run, pair).base.tokens[index]?.text === label);
}

/** One place in words, with its axis: `layer 3`, `position 7 “·John”`. */
export function placeWords(run: RunResult, axis: number, place: number): string {
  const name = run.axes[axis]!;
  const tick = run.ticks[axis]![place]!;
  const title = axisTitle(run.axes, name);
  if (isPositional(name)) {
    const token = isToken(run, tick) ? ` “${inertToken(tick.label)}”` : '';
    return `${title} ${tick.index}${token}`;
  }
  return tick.label === `${tick.index}` ? `${title} ${tick.index}` : inert(tick.label);
}

/** What more is known of a place: a feature's label, the other prompt's token. */
export function placeDetail(run: RunResult, axis: number, place: number): string | undefined {
  const name = run.axes[axis]!;
  const tick = run.ticks[axis]![place]!;
  if (!isPositional(name)) return tick.detail === undefined ? undefined : inert(tick.detail);
  const counterpart = counterpartAt(run, tick.index);
  if (!counterpart) return tick.detail === undefined ? undefined : inert(tick.detail);
  return counterpart.token === null
    ? 'nothing takes its place in the other prompt'
    : `other prompt: “${inertToken(counterpart.token)}” at position ${counterpart.position}`;
}

/** How the tokens of the two texts differ in likelihood. Pure. */
import type { WrittenToken } from '../../protocol/experiments';
import { shortNumber, tokenName } from '../../protocol/wording';

export interface ComparedToken {
  readonly token: WrittenToken;
  /** ln p steered minus ln p unsteered, after the same text; null where only one of them is known. */
  readonly difference: number | null;
  /** 0 to 5, by the size of the difference. */
  readonly level: number;
}

export interface Comparison {
  readonly plain: readonly ComparedToken[];
  readonly steered: readonly ComparedToken[];
  /** Index of the first token that is not the same in both; null as long as there is none. */
  readonly apart: number | null;
}

/** From which difference on, in nats, each level holds. */
export const LEVELS = [0.05, 0.25, 1, 2, 4] as const;

/** As long as both texts are the same their tokens are compared with each other; then each steered one with its own unsteered ln p. */
export function compare(plain: readonly WrittenToken[], steered: readonly WrittenToken[]): Comparison {
  const both = Math.min(plain.length, steered.length);
  const parted = plain.findIndex(({ id }, i) => i < both && id !== steered[i]!.id);
  const same = parted < 0 ? both : parted;
  return {
    plain: plain.map((token, i) => compared(token, i < same ? steered[i]!.logProb - token.logProb : null)),
    steered: steered.map((token, i) => compared(token, differenceOf(token, i < same ? plain[i] : undefined))),
    apart: parted < 0 ? null : parted,
  };
}

function differenceOf(
  { logProb, plainLogProb }: WrittenToken,
  twin: WrittenToken | undefined,
): number | null {
  const unsteered = plainLogProb ?? twin?.logProb;
  return unsteered === undefined ? null : logProb - unsteered;
}

function compared(token: WrittenToken, difference: number | null): ComparedToken {
  const level = LEVELS.filter((least) => Math.abs(difference ?? 0) >= least).length;
  return { token, difference, level };
}

/** What is said of a token in words and numbers. */
export function tokenTitle({ token, difference }: ComparedToken, side: 'plain' | 'steered'): string {
  const own = `${side === 'plain' ? 'unsteered' : 'steered'} ${likelihood(token.logProb)}`;
  const name = `“${tokenName(token.text)}” (id ${token.id})`;
  if (difference === null) return `${name}: ${own}`;
  const other =
    side === 'plain'
      ? `steered ${likelihood(token.logProb + difference)}`
      : `unsteered ${likelihood(token.logProb - difference)}`;
  return `${name}: ${own}, ${other}, difference ${signed(difference)} nats`;
}

/** `12% (ln p -2.12)`. */
export function likelihood(logProb: number): string {
  return `${percent(Math.exp(logProb))} (ln p ${shortNumber(logProb)})`;
}

export function signed(value: number): string {
  return value > 0 ? `+${shortNumber(value)}` : shortNumber(value);
}

function percent(probability: number): string {
  return probability < 0.001 ? '<0.1%' : `${Number((100 * probability).toPrecision(3))}%`;
}

/** The bounds of `expect:` clauses: `>= 0.8`, `<= 1`, `< 2`, `> 0`, `== 3`, `0.4 .. 0.6`. */
import type { Bound } from '../../../../protocol/experimentSpec';
import { isSameMetric } from '../../../../protocol/normalise';
import { Refusal } from './refusal';

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const COMPARISON = new RegExp(String.raw`^\s*(>=|<=|==|>|<)\s*(${NUMBER})\s*$`);
const RANGE = new RegExp(String.raw`^\s*(${NUMBER})\s*\.\.\s*(${NUMBER})\s*$`);

/** Whether a number is within a bound; `==` allows for the rounding of float32. @throws Refusal for a text that is no bound */
export function holds(bound: Bound, value: number): boolean {
  const range = RANGE.exec(bound);
  if (range) return value >= Number(range[1]) && value <= Number(range[2]);
  const comparison = COMPARISON.exec(bound);
  if (!comparison) throw new Refusal(`"${bound}" is no bound: write one such as '>= 0.8' or '0.4 .. 0.6'`);
  const limit = Number(comparison[2]);
  switch (comparison[1]) {
    case '>=':
      return value >= limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '<':
      return value < limit;
    default:
      return isSameMetric(value, limit);
  }
}

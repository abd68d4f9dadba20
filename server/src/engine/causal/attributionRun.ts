/** What every method of attribution starts from and gives. */
import { otherInput } from '../attributionGraph';
import type { Feeds } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import type { Plan, PlanOutput } from '../plan';
import type { AttributeParams, NodeHook } from './requests';

/** One text whose derivatives are taken, and what the other run has in its nodes' places. */
export interface AttributionRun {
  readonly host: ModelHost;
  readonly params: AttributeParams;
  /** By hook point, [1, base positions, ...]; zeros at positions without a counterpart. */
  readonly others: ReadonlyMap<string, Tensor>;
  /** The plan without outputs. */
  readonly plan: Plan;
  /** What the base text is fed for its metric, in as many rows of a batch. */
  readonly metricFeeds: (rows: number) => Feeds;
  readonly lookUp: LookUp;
}

export interface Contributions {
  /** The metric of the base run. */
  readonly base: number;
  /** By hook point, without a batch. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Of AtP*; empty otherwise. */
  readonly scores: ReadonlyMap<string, Tensor>;
}

export function toOther({ hook, each }: NodeHook): PlanOutput {
  return { kind: 'attribution', hook, times: 'toOther', each };
}

export function otherFeeds(others: ReadonlyMap<string, Tensor>): [string, Tensor][] {
  return [...others].map(([hook, tensor]) => [otherInput(hook), tensor]);
}

/** The contributions of nodes among the results of a batch of one. */
export function contributionsOf(
  nodes: readonly NodeHook[],
  results: ReadonlyMap<string, Tensor>,
): Map<string, Tensor> {
  return new Map(
    nodes.map(({ hook }) => {
      const { data, dims } = results.get(`attribution.${hook}`)!;
      return [hook, { data, dims: dims.slice(1) }];
    }),
  );
}

/** Rows of a batch that all have the same tokens. */
export function repeated(tokens: readonly number[], rows: number): (readonly number[])[] {
  return Array.from({ length: rows }, () => tokens);
}

/** In turns of at most so many, about equal. */
export function inTurns<T>(rows: readonly T[], most: number): T[][] {
  const each = Math.ceil(rows.length / Math.ceil(rows.length / most));
  return Array.from({ length: Math.ceil(rows.length / each) }, (_, turn) =>
    rows.slice(turn * each, (turn + 1) * each),
  );
}

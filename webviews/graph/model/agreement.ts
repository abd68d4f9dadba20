/** How far edges and interventions agree, in words. Pure. */
import type { Agreement, GraphVerification } from '../../../protocol/graphs';
import { shortNumber } from '../../../protocol/wording';
import { percent } from './words';

/** A sentence on edges onto features or outputs. */
export function agreementWords(onto: string, agreement: Agreement): string {
  const { edges, within, maxError, correlation, absolute, relative } = agreement;
  if (edges === 0) return `No edges onto ${onto} were tested.`;
  const all =
    within === edges
      ? `All ${edges.toLocaleString('en')}`
      : `${within.toLocaleString('en')} of ${edges.toLocaleString('en')}`;
  const share = within === edges ? '' : ` (${percent(within / edges)})`;
  const spread = correlation === null ? '' : ` Correlation ${correlation.toFixed(4)}.`;
  return (
    `${all} edges onto ${onto}${share} agree within ${shortNumber(absolute)} + ${shortNumber(relative)} × |effect|; ` +
    `the largest difference is ${shortNumber(maxError)}.${spread}`
  );
}

/** The verdict in one word or two. */
export function verdict({ features, logits, hold }: GraphVerification): string {
  const edges = features.edges + logits.edges;
  const within = features.within + logits.within;
  if (edges === 0) return 'Nothing to compare';
  if (within === edges) return 'Edges hold';
  if (hold === 'everything') return 'Some edges do not hold';
  return `${percent(within / edges)} of edges hold`;
}

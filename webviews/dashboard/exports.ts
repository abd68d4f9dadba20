/** The dashboard as files: everything as JSON, its tables as CSV (RFC 4180). Pure. */
import type { FeatureDashboard } from '../../protocol/dashboard';
import { csvText } from '../lib/csv';
import type { CsvCell } from '../lib/csv';

export interface ExportFile {
  readonly name: string;
  readonly text: string;
}

/** The whole dashboard, as it came. */
export function asJson(dashboard: FeatureDashboard): ExportFile {
  return { name: `${baseName(dashboard)}.json`, text: `${JSON.stringify(dashboard, null, 2)}\n` };
}

/** One row per number: which table it is of, its rank or range, what it is about, and the number. */
export function asCsv(dashboard: FeatureDashboard): ExportFile {
  const { logits, nearest, statistics } = dashboard;
  const rows: CsvCell[][] = [
    ['table', 'rank', 'from', 'to', 'name', 'value'],
    ...(logits?.top ?? []).map(({ text, logit }, i) => ['top logit', i + 1, '', '', text, logit]),
    ...(logits?.bottom ?? []).map(({ text, logit }, i) => ['bottom logit', i + 1, '', '', text, logit]),
    ...nearest.map(({ feature, cosine }, i) => [
      'nearest',
      i + 1,
      '',
      '',
      `${feature.dictionary}#${feature.index}`,
      cosine,
    ]),
    ...(statistics?.histogram.counts ?? []).map((count, i) => [
      'histogram',
      i + 1,
      statistics?.histogram.edges[i] ?? '',
      statistics?.histogram.edges[i + 1] ?? '',
      'tokens',
      count,
    ]),
    ...(statistics?.contexts ?? []).map(({ tokens, activations, peak }, i) => [
      'context',
      i + 1,
      '',
      '',
      tokens.join(''),
      activations[peak] ?? 0,
    ]),
  ];
  return { name: `${baseName(dashboard)}.csv`, text: csvText(rows) };
}

function baseName({ feature }: FeatureDashboard): string {
  return `${feature.dictionary}-${feature.index}`.replace(/[^\w.-]+/g, '_');
}

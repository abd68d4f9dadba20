/** Results as a few lines to read. */
import type {
  AxisName,
  ExperimentResult,
  RunResult,
  SteeringOutcome,
  Tick,
  Verification,
} from '../../../protocol/experiments';
import { flattened, inUnit, unitsOf } from '../../../protocol/normalise';
import { oneLine } from '../../../protocol/wording';
import { strongestCells } from '../experiments/lab/expectations';

/** So many of the strongest cells are listed, or all that were verified. */
const SHOWN = 10;

/** A run: what it was, the metric of the unchanged runs, and the cells that change it most. */
export function runSummary(run: RunResult): string {
  const { clean, corrupted, steering, verification } = run;
  const unchanged = [
    clean === null ? [] : [`clean ${shown(clean)}`],
    corrupted === null ? [] : [`corrupted ${shown(corrupted)}`],
  ].flat();
  const count = Math.max(SHOWN, verification?.nodes.length ?? 0);
  return [
    headLine(run),
    ...(unchanged.length > 0 ? [`  ${unchanged.join(', ')}`] : []),
    ...strongestCells(run, count).map((cell) => `  ${cellLine(run, cell)}`),
    ...(verification ? [`  ${boundLine(verification)}`] : []),
    ...(steering ? steeringLines(steering).map((line) => `  ${line}`) : []),
    ...run.notes.map((note) => `  note: ${note}`),
    ...(run.state === 'complete'
      ? []
      : [`  ${run.state}${run.message === undefined ? '' : `: ${run.message}`}`]),
  ].join('\n');
}

/** All runs, and what the expectations came to. */
export function experimentSummary({ title, runs, expectations }: ExperimentResult): string {
  const outcomes = expectations.map(
    ({ clause, holds, measured }) => `${holds ? 'holds' : 'FAILS'}: ${clause} (${measured})`,
  );
  return [...(title === '' ? [] : [title]), ...runs.map(runSummary), ...outcomes].join('\n');
}

/** The name of a run, its kind unless that is said already, and what it was. */
function headLine({ name, kind, at, direction, metric }: RunResult): string {
  const saysItsKind = (kind === 'lens' || kind === 'attention') && at !== '';
  const what = saysItsKind || kind === name ? at : `${kind} ${at}`.trim();
  const heading = saysItsKind && kind === name ? [] : [name];
  const details = [what, direction ?? '', metric].filter((part) => part !== '').join(', ');
  return [...heading, ...(details === '' ? [] : [details])].join(': ');
}

function cellLine(run: RunResult, cell: number): string {
  const value = flattened(run.values)[cell]!;
  const units = unitsOf(run)
    // Attributions are changes already.
    .filter((unit) => unit !== 'value' && (unit !== 'change' || run.kind !== 'attribute'))
    .flatMap((unit) => {
      const number = inUnit(value, unit, run);
      return number === null ? [] : [`${unit} ${shown(number)}`];
    });
  const words =
    units.length > 0 ? ` (${run.verification ? 'by the estimate: ' : ''}${units.join(', ')})` : '';
  return `${placeWords(run, cell)}: ${valueWords(run, cell, value)}${words}${likeliestWords(run, cell)}`;
}

/** The number of a cell; of one that was verified the estimate and the exact change of the metric. */
function valueWords({ verification, ticks }: RunResult, cell: number, value: number | null): string {
  const node = verification?.nodes.find(
    ({ cell: place }) => place.reduce((flat, index, axis) => flat * ticks[axis]!.length + index, 0) === cell,
  );
  if (!node) return verification ? `estimate ${shown(value)}, not patched` : shown(value);
  return `estimate ${shown(node.estimate)}, exact ${node.exact === null ? 'none: not a number' : shown(node.exact)}`;
}

/** The token that a cell of a logit lens holds likeliest. */
function likeliestWords({ lens }: RunResult, cell: number): string {
  const likeliest = lens?.flat()[cell]?.[0];
  if (!likeliest) return '';
  return `, likeliest ${JSON.stringify(likeliest.token.text)} (probability ${shown(Math.exp(likeliest.logProb))})`;
}

function placeWords({ axes, ticks }: RunResult, cell: number): string {
  let rest = cell;
  const words: string[] = [];
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    words.unshift(tickWords(axes[axis]!, ticks[axis]![rest % ticks[axis]!.length]!));
    rest = Math.floor(rest / ticks[axis]!.length);
  }
  return words.join(', ');
}

function tickWords(axis: AxisName, { label, index, detail }: Tick): string {
  if (axis === 'component') return label;
  const place = label === `${index}` ? `${axis} ${index}` : `${axis} ${index} ${JSON.stringify(label)}`;
  return axis === 'feature' && detail !== undefined ? `${place} (${oneLine(detail)})` : place;
}

function boundLine({ nodes, bound, confidence, samples }: Verification): string {
  const exact = nodes.filter((node) => node.exact !== null).length;
  const patched = `${exact} of the strongest ${exact === 1 ? 'cell was' : 'cells were'} patched exactly`;
  if (bound === null) return `${patched}; how much the others change the metric is not bounded`;
  return (
    `${patched}; with ${100 * confidence}% confidence no other cell changes the metric by more than ${shown(bound)}, ` +
    `if their effects add up (from ${samples} more ${samples === 1 ? 'patch' : 'patches'})`
  );
}

function steeringLines({ plain, steered }: SteeringOutcome): string[] {
  const texts = [`plain: ${plain.text}`, `steered: ${steered.text}`];
  if (plain.tokens.length === 0 || plain.text !== steered.text) return texts;
  const differences = steered.tokens.map(({ id, logProb }, i) =>
    plain.tokens[i]?.id === id ? Math.abs(logProb - plain.tokens[i].logProb) : NaN,
  );
  const largest = Math.max(...differences);
  if (Number.isNaN(largest)) return texts;
  return [...texts, `the same text: log-probabilities of its tokens differ by ${shown(largest)} at most`];
}

function shown(value: number | null): string {
  return value === null ? '-' : Number(value.toPrecision(5)).toString();
}

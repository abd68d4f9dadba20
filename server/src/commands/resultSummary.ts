/** Results as a few lines to read. */
import type { ExperimentResult, RunResult } from '../../../protocol/experiments';
import { flattened, inUnit, unitsOf } from '../../../protocol/normalise';
import { strongestCells } from '../experiments/lab/expectations';

/** So many of the strongest cells are listed. */
const SHOWN = 10;

/** A run: what it was, the metric of the unchanged runs, and the cells that change it most. */
export function runSummary(run: RunResult): string {
  const { name, kind, at, direction, metric, clean, corrupted, steering } = run;
  const head = `${name}: ${kind} ${at}${direction ? `, ${direction}` : ''}${metric === '' ? '' : `, ${metric}`}`;
  const unchanged = [
    clean === null ? [] : [`clean ${shown(clean)}`],
    corrupted === null ? [] : [`corrupted ${shown(corrupted)}`],
  ].flat();
  return [
    head,
    ...(unchanged.length > 0 ? [`  ${unchanged.join(', ')}`] : []),
    ...strongestCells(run, SHOWN).map((cell) => `  ${cellLine(run, cell)}`),
    ...(run.verification ? verificationLines(run) : []),
    ...(steering ? [`  plain: ${steering.plain.text}`, `  steered: ${steering.steered.text}`] : []),
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

function cellLine(run: RunResult, cell: number): string {
  const value = flattened(run.values)[cell]!;
  const units = unitsOf(run)
    .filter((unit) => unit !== 'value')
    .flatMap((unit) => {
      const number = inUnit(value, unit, run);
      return number === null ? [] : [`${unit} ${shown(number)}`];
    });
  return `${placeWords(run, cell)}: ${shown(value)}${units.length > 0 ? ` (${units.join(', ')})` : ''}`;
}

function placeWords({ axes, ticks }: RunResult, cell: number): string {
  let rest = cell;
  const words: string[] = [];
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { label, index } = ticks[axis]![rest % ticks[axis]!.length]!;
    words.unshift(
      label === `${index}` ? `${axes[axis]!} ${index}` : `${axes[axis]!} ${index} ${JSON.stringify(label)}`,
    );
    rest = Math.floor(rest / ticks[axis]!.length);
  }
  return words.join(', ');
}

function verificationLines({ verification }: RunResult): string[] {
  const { nodes, bound, confidence, samples } = verification!;
  const exact = nodes.filter((node) => node.exact !== null).length;
  return [
    `  ${exact} top nodes patched exactly; ${
      bound === null
        ? 'no bound on the others'
        : `no other node changes the metric by more than ${shown(bound)} (${100 * confidence}%, ${samples} samples, additive effects)`
    }`,
  ];
}

function shown(value: number | null): string {
  return value === null ? '-' : Number(value.toPrecision(5)).toString();
}

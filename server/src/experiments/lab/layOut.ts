/** One set of headings for the grids of several pairs. */
import type { AxisName, Tick } from '../../../../protocol/experiments';
import type { PairGrid } from './grid';
import type { PreparedPrompt } from './prompts';
import { Refusal } from './refusal';

/**
 * The headings of grids that are averaged. A position has its token where all pairs have the same, otherwise its number.
 * @throws Refusal when the pairs' grids have different sizes
 */
export function layOut(
  axes: readonly AxisName[],
  grids: readonly PairGrid[],
  prompts: readonly PreparedPrompt[],
): (readonly Tick[])[] {
  const [first, ...others] = grids as [PairGrid, ...PairGrid[]];
  return first.ticks.map((ticks, axis) => {
    const all = others.map((grid) => grid.ticks[axis]!);
    if (all.some((each) => each.length !== ticks.length)) throw unequal(axes[axis]!, prompts);
    return ticks.map((tick, place) =>
      merged(
        tick,
        all.map((each) => each[place]!),
      ),
    );
  });
}

function merged(first: Tick, others: readonly Tick[]): Tick {
  if (
    others.every(
      (tick) => tick.label === first.label && tick.detail === first.detail && tick.index === first.index,
    )
  )
    return first;
  const isOnePlace = others.every(({ index }) => index === first.index);
  const label = others.every((tick) => tick.label === first.label) ? first.label : `${first.index}`;
  if (isOnePlace && label === first.label) return { label, index: first.index };
  const seen = [...new Set([first, ...others].map((tick) => tick.label))];
  const examples = `${seen.slice(0, 3).join(' | ')}${seen.length > 3 ? ' ...' : ''}`;
  return { label, index: first.index, detail: `in the pairs: ${examples}` };
}

function unequal(axis: AxisName, prompts: readonly PreparedPrompt[]): Refusal {
  const lengths = prompts.map(({ ids }) => ids.length);
  return new Refusal(
    `the prompts have ${Math.min(...lengths)} to ${Math.max(...lengths)} tokens, so that a ${axis} is not the same in all pairs ` +
      'and cannot be averaged: sweep over layers, heads or units ("by"), name positions from the end (-1), or use pairs of equal length',
  );
}

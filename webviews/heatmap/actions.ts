/** What a click or Enter on a cell does. */
import { ask, frontRun, front, host, reading } from './store';
import { baseSide, isPositional } from './places';
import { coordinatesOf } from './plane';
import { lengthsOf } from './reading';
import { firstRefinement } from './refineFocus';

/** Goes to the cell's token where it has one; otherwise to what can be run of it next. */
export function enterCell(index: number): void {
  if (!goToCell(index)) firstRefinement();
}

/** Shows the cell's token in the editor; false when the cell has no position. */
export function goToCell(index: number): boolean {
  const [run, ref, shown] = [frontRun.value, front.value, reading.value];
  if (!run || !ref || !shown) return false;
  const axis = run.axes.findIndex(isPositional);
  if (axis < 0) return false;
  const position = run.ticks[axis]![coordinatesOf(index, lengthsOf(run))[axis]!]!.index;
  ask(host.call('goTo', { ...ref, pair: 0, prompt: baseSide(run), position }));
  return true;
}

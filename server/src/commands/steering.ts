/**
 * `--steer "D:FEATURE*STRENGTH"` adds a feature's decoder direction, times the strength, where its dictionary writes. Further
 * changes: `D:FEATURE=VALUE` and `D:FEATURE:METHOD=VALUE`. Positions stand behind the feature: `D:FEATURE@new*STRENGTH`.
 */
import type { DictionarySummary } from '../engine/messages';
import type { SteeringChange, SteeringEdit, SteeringPositions } from '../engine/steering/requests';
import { emptyEdit } from '../experiments/steeringEffect';
import type { CommandContext } from './session';
import { CommandError, UsageError } from './usage';

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const FORM = new RegExp(
  String.raw`^(?<dictionary>.+):(?<feature>\d+)(?:@(?<positions>all|new|-?\d+(?:,-?\d+)*))?` +
    String.raw`(?:\*(?<strength>${NUMBER})|=(?<set>${NUMBER})` +
    String.raw`|:(?<method>add|set|scale|project)=(?<value>${NUMBER})|:(?<ablate>ablate)` +
    String.raw`|:cap=(?:(?<most>${NUMBER})|(?<min>${NUMBER})?\.\.(?<max>${NUMBER})?))$`,
);

/** @throws UsageError for a text of another form, CommandError when dictionary or feature do not exist, or nothing would change */
export function readSteering(
  { options }: Pick<CommandContext, 'options'>,
  dictionaries: readonly DictionarySummary[],
): SteeringEdit[] {
  return options.list('steer').map((text) => {
    const parts = FORM.exec(text)?.groups as Parts | undefined;
    if (!parts) {
      throw new UsageError(
        `--steer takes DICTIONARY:FEATURE*STRENGTH, DICTIONARY:FEATURE=VALUE or DICTIONARY:FEATURE:METHOD=VALUE ` +
          `(add, set, scale, ablate, project, cap), with @all, @new or @POSITION,POSITION behind FEATURE, not "${text}"`,
      );
    }
    const { dictionary: id, feature, positions } = parts;
    const dictionary = dictionaries.find((known) => known.id === id);
    if (!dictionary) throw new CommandError('--steer', `no dictionary ${id} was given with --dictionary`);
    if (Number(feature) >= dictionary.dSae) {
      throw new CommandError('--steer', `${id} has features 0 to ${dictionary.dSae - 1}, not ${feature}`);
    }
    const target = { dictionary: id, feature: Number(feature) };
    const edit = { target, change: changeOf(parts), positions: positionsOf(positions) };
    const empty = emptyEdit(edit);
    if (empty !== null) throw new CommandError('--steer', `"${text}": ${empty}`);
    return edit;
  });
}

/** The groups of `FORM`; one of the changes is there. */
type Parts = {
  readonly dictionary: string;
  readonly feature: string;
  readonly method?: 'add' | 'set' | 'scale' | 'project';
} & Readonly<
  Partial<Record<'positions' | 'strength' | 'set' | 'value' | 'ablate' | 'most' | 'min' | 'max', string>>
>;

function changeOf({ strength, set, method, value, ablate, most, min, max }: Parts): SteeringChange {
  if (strength !== undefined) return { method: 'add', value: Number(strength) };
  if (set !== undefined) return { method: 'set', value: Number(set) };
  if (method !== undefined) return { method, value: Number(value) };
  if (ablate !== undefined) return { method: 'ablate' };
  return { method: 'cap', min: bound(min), max: bound(most ?? max) };
}

function bound(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function positionsOf(text: string | undefined): SteeringPositions {
  if (text === undefined || text === 'all') return 'all';
  return text === 'new' ? 'new' : text.split(',').map(Number);
}

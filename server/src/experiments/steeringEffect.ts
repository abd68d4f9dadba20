/** Did steering do anything? What did nothing is refused, with the reason: a text must not be called steered that is not. */
import type { SteeredPair, SteeringChange, SteeringEdit } from '../engine/steering/requests';
import { targetName } from '../engine/steering/requests';

/** Log-probabilities that differ by less, in nats, are those of float32's rounding. */
export const ROUNDING = 1e-5;

/** Why an edit cannot do anything whatever the text, or null. */
export function emptyEdit({ change }: SteeringEdit): string | null {
  if (change.method === 'add' && change.value === 0) return 'it adds nothing: its strength is 0';
  const keeps = (change.method === 'scale' || change.method === 'project') && change.value === 1;
  return keeps ? 'it changes nothing: 1 times what is there is what is there' : null;
}

/** Why the steered run is the plain one over again, or null when a token or a log-probability differs. */
export function whyNoEffect(edits: readonly SteeringEdit[], { plain, steered }: SteeredPair): string | null {
  const differs =
    plain.length !== steered.length ||
    plain.some(
      ({ id, logProb }, i) => id !== steered[i]!.id || Math.abs(logProb - steered[i]!.logProb) > ROUNDING,
    );
  if (differs) return null;
  if (plain.length === 0) return 'both runs end the text at once, without a token';
  const reasons = edits.map(
    (edit, i) => `${targetName(edit.target)}: ${reason(edit, largest(steered, i), steered)}`,
  );
  return `neither a token nor a log-probability changed (by more than ${ROUNDING}); ${reasons.join('; ')}`;
}

/** The edits that moved nothing in a run that others steered, each in a sentence. */
export function idleEdits(edits: readonly SteeringEdit[], { steered }: SteeredPair): string[] {
  return edits.flatMap((edit, i) =>
    largest(steered, i) > 0
      ? []
      : [`${targetName(edit.target)} (${edit.change.method}) changed nothing: ${reason(edit, 0, steered)}.`],
  );
}

function largest(steered: SteeredPair['steered'], edit: number): number {
  return Math.max(0, ...steered.map(({ changes }) => changes?.[edit] ?? 0));
}

function reason(edit: SteeringEdit, moved: number, steered: SteeredPair['steered']): string {
  const empty = emptyEdit(edit);
  if (empty !== null) return empty;
  if (moved > 0) {
    return (
      `it moved ${subject(edit)} by up to ${Number(moved.toPrecision(3))}, and no written token depends on that: ` +
      'choose later positions, an earlier layer or a larger strength'
    );
  }
  if (edit.positions === 'new' && steered.length < 2)
    return 'it acts on written tokens, and the first one is written before: write at least 2';
  return untouched(edit.change, 'feature' in edit.target);
}

function subject({ change, target }: SteeringEdit): string {
  const ofFeature = 'feature' in target && change.method !== 'add' && change.method !== 'project';
  return ofFeature ? 'the activation of the feature' : 'the activation along the direction';
}

/** Why an edit found nothing to change where it acts. */
function untouched({ method }: SteeringChange, ofFeature: boolean): string {
  switch (method) {
    case 'scale':
    case 'ablate':
      return ofFeature
        ? 'the feature is active on none of the tokens that it covers'
        : 'the activation has no part along the direction there';
    case 'project':
      return 'the activation has no part along the direction there';
    case 'set':
      return 'that is what is there already';
    case 'cap':
      return 'what is there lies within the bounds';
    case 'add':
      return 'it covers no token that is read';
  }
}

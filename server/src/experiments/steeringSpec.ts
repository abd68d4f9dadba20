/** The edits of a steered run, as the engine takes them. */
import type { SteerSpec } from '../../../protocol/experimentSpec';
import type { SteeringChange, SteeringEdit, SteeringTarget } from '../engine/steering/requests';
import { targetName } from '../engine/steering/requests';
import { canonicalHook } from '../models/hookNames';
import { dictionaryOf, type Laboratory } from './lab/laboratory';
import { Refusal } from './lab/refusal';
import { emptyEdit } from './steeringEffect';

/** @throws Refusal naming the change that is incomplete or could not change anything */
export function steeringEdits(specs: readonly SteerSpec[], lab: Laboratory): SteeringEdit[] {
  if (specs.length === 0) throw new Refusal('there is nothing to steer with: list at least one change');
  return specs.map((spec) => {
    const target = targetOf(spec, lab);
    const edit = { target, change: changeOf(spec, target), positions: spec.positions ?? 'all' };
    const empty = emptyEdit(edit);
    if (empty !== null)
      throw new Refusal(`the steering would have no effect: ${targetName(target)}: ${empty}`);
    return edit;
  });
}

function targetOf({ feature, dictionary, hook, vector }: SteerSpec, lab: Laboratory): SteeringTarget {
  if (feature !== undefined) return { dictionary: dictionaryOf(lab, dictionary).summary.id, feature };
  if (hook !== undefined && vector) return { hook: canonicalHook(hook), vector: Float32Array.from(vector) };
  throw new Refusal('steering needs a feature, or a hook point and a vector');
}

function changeOf({ method, value, min }: SteerSpec, target: SteeringTarget): SteeringChange {
  if (method === 'ablate') return { method };
  if (method === 'cap') return { method, min: min ?? null, max: value ?? null };
  if (method === 'project') return { method, value: value ?? 0 };
  if (value === undefined) throw new Refusal(`${targetName(target)}: ${method} needs a value`);
  return { method, value };
}

/** What steering begins with, and the experiment that it is. Pure. */
import type { ExperimentSpec, SteerSpec } from '../../protocol/experimentSpec';
import { sameFeature } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import type { ModelsState } from '../../protocol/models';
import type { FeatureChange, SteeringFeature, SteeringSetup } from '../../protocol/steeringPanel';
import { featureName } from '../../protocol/wording';
import { modelFields } from '../experiments/specs';

/** Of a feature that was seen nowhere yet. */
export const UNKNOWN_SCALE = 10;
const TOKENS = 24;

/** A feature as strong again as it was seen, added everywhere. */
export function firstChange({ feature, scale }: { feature: FeatureRef; scale: number }): FeatureChange {
  return { feature, method: 'add', value: Number(scale.toPrecision(2)), positions: 'all' };
}

export function firstSetup(prompt: string, feature: SteeringFeature): SteeringSetup {
  return { prompt, changes: [firstChange(feature)], tokens: TOKENS, temperature: 0, seed: 0 };
}

/** As it could stand in an experiment file. It names what is loaded, so that it means the same there. */
export function steeringSpec(
  { prompt, changes, tokens, temperature, seed }: SteeringSetup,
  features: readonly SteeringFeature[],
  models: ModelsState,
): ExperimentSpec {
  const loaded = models.dictionaries.filter(({ state }) => state === 'loaded').map(({ id }) => id);
  const drawing = temperature > 0 ? { temperature, seed } : {};
  return {
    title: titleOf(changes, features),
    ...modelFields(models, loaded),
    prompts: { clean: prompt },
    runs: [{ steer: changes.map(changeSpec), tokens, ...drawing }],
  };
}

/** What an experiment steers, where the panel can show it: one run that steers features on one text; null otherwise. */
export function setupOf({ prompts, runs }: ExperimentSpec): SteeringSetup | null {
  const [run, ...others] = runs;
  if (!run || !('steer' in run) || others.length > 0) return null;
  if (typeof prompts === 'string' || !('clean' in prompts) || typeof prompts.clean !== 'string') return null;
  const changes = run.steer.map(changeOf);
  if (changes.length === 0 || !changes.every((change) => change !== null)) return null;
  const { tokens = TOKENS, temperature = 0, seed = 0 } = run;
  return { prompt: prompts.clean, changes, tokens, temperature, seed };
}

function changeOf({ dictionary, feature, method, value, min, positions }: SteerSpec): FeatureChange | null {
  if (dictionary === undefined || feature === undefined || min !== undefined) return null;
  return {
    feature: { dictionary, index: feature },
    method,
    value: value ?? 0,
    positions: positions ?? 'all',
  };
}

export function titleOf(changes: readonly FeatureChange[], features: readonly SteeringFeature[]): string {
  const names = changes.map(({ feature }) => {
    const known = features.find((other) => sameFeature(other.feature, feature));
    return `“${known ? featureName(known) : `#${feature.index}`}”`;
  });
  return `Steer with ${names.join(' and ')}`;
}

function changeSpec({ feature, method, value, positions }: FeatureChange): SteerSpec {
  return {
    method,
    dictionary: feature.dictionary,
    feature: feature.index,
    ...(method === 'ablate' ? {} : { value }),
    ...(positions === 'all' ? {} : { positions }),
  };
}

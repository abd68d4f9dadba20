/** What the steering panel is told of features. */
import { describeFeatures } from '../../protocol/dashboard';
import { sameFeature } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { listModels } from '../../protocol/models';
import type { SteeringFeature } from '../../protocol/steeringPanel';
import type { Cursor } from '../cursor';
import type { Session } from '../session';
import { UNKNOWN_SCALE } from './setup';

/** Labels and hook points. Rejects when a dictionary is not loaded. */
export async function describe(
  { session, cursor }: { readonly session: Session; readonly cursor: Cursor },
  features: readonly FeatureRef[],
): Promise<SteeringFeature[]> {
  if (features.length === 0) return [];
  const summaries = await session.call(describeFeatures, { features });
  const { dictionaries } = await session.call(listModels, null);
  return summaries.map((summary) => {
    const { dictionary } = summary.feature;
    const hookPoint = dictionaries.find(({ id }) => id === dictionary)?.hookPoint ?? '';
    return { ...summary, hookPoint, scale: activationAt(cursor, summary.feature) ?? UNKNOWN_SCALE };
  });
}

/** Of the token at the cursor, where the feature is active on it. */
function activationAt({ reading }: Cursor, feature: FeatureRef): number | undefined {
  const active = reading?.reading.dictionaries.flatMap(({ features }) => features) ?? [];
  return active.find((other) => sameFeature(other.feature, feature))?.activation;
}

/** Labels: the user's own, descriptions of known features, and search. */
import { describeFeatures, searchFeatures } from '../../../protocol/dashboard';
import { ErrorCode } from '../../../protocol/errors';
import {
  type FeatureRef,
  type FeatureSummary,
  featureKey,
  parseFeatureKey,
} from '../../../protocol/features';
import { listLabels, setLabel } from '../../../protocol/labels';
import { RequestError } from '../documents/requestError';
import { onRequest } from './respond';
import { sendRefresh, type Services, summaryOf } from './services';

export function registerLabels(services: Services): void {
  const { connection, labels, session } = services;
  onRequest(connection, setLabel, async ({ feature, text }) => {
    if (!labels.canWrite) {
      throw new RequestError(ErrorCode.requestFailed, 'there is no folder to keep labels in', {
        cure: 'Open a folder or a workspace; labels are kept in its .featurescope folder.',
      });
    }
    const trimmed = text?.trim() ?? '';
    await labels.set(feature.dictionary, feature.index, trimmed === '' ? null : trimmed);
    sendRefresh(connection, 'labels');
    return summaryOf(services, feature);
  });
  onRequest(connection, listLabels, () =>
    Promise.resolve(
      labels
        .list()
        .map(({ dictionary, index }) => summaryOf(services, { dictionary, index }))
        .sort((a, b) => compare(a.feature, b.feature)),
    ),
  );
  onRequest(connection, describeFeatures, ({ features }) =>
    Promise.resolve(features.map((feature) => summaryOf(services, feature))),
  );
  onRequest(connection, searchFeatures, async ({ query, limit }) => {
    await session.model();
    return search(services, query.trim(), limit);
  });
}

function search(services: Services, query: string, limit: number): FeatureSummary[] {
  const dictionaries = [...(services.session.loaded?.dictionaries.values() ?? [])];
  const named = byName(services, query);
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: { readonly summary: FeatureSummary; readonly length: number }[] = [];
  for (const { place, labels } of dictionaries) {
    const own = services.labels.list().filter(({ dictionary }) => dictionary === place.id);
    const indices = new Set([...labels.keys(), ...own.map(({ index }) => index)]);
    for (const index of indices) {
      const summary = summaryOf(services, { dictionary: place.id, index });
      const text = summary.label?.text.toLowerCase() ?? '';
      if (words.every((word) => text.includes(word))) found.push({ summary, length: text.length });
    }
  }
  // The shorter a label, the more of it is what was asked for.
  found.sort((a, b) => a.length - b.length || compare(a.summary.feature, b.summary.feature));
  const seen = new Set(named.map(({ feature }) => featureKey(feature)));
  const others = found.map(({ summary }) => summary).filter(({ feature }) => !seen.has(featureKey(feature)));
  return [...named, ...others].slice(0, limit);
}

/** Features that the query names: `dictionary#index`, or an index alone for that feature of every dictionary. */
function byName(services: Services, query: string): FeatureSummary[] {
  const dictionaries = [...(services.session.loaded?.dictionaries.values() ?? [])];
  const key = parseFeatureKey(query);
  const index = key?.index ?? (/^#?\d{1,9}$/.test(query) ? Number(query.replace('#', '')) : -1);
  return dictionaries
    .filter(
      ({ place, summary }) =>
        (key ? place.id === key.dictionary : true) && index >= 0 && index < summary.dSae,
    )
    .map(({ place }) => summaryOf(services, { dictionary: place.id, index }));
}

function compare(a: FeatureRef, b: FeatureRef): number {
  if (a.dictionary !== b.dictionary) return a.dictionary < b.dictionary ? -1 : 1;
  return a.index - b.index;
}

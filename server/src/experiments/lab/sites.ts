/** The sites of experiment files as hook points, and the axes that each has. */
import type { Site, SweepAxis } from '../../../../protocol/experimentSpec';
import { errorHook } from '../../dictionaries/splices';
import type { ModelDimensions } from '../../models/family';
import { canonicalHook } from '../../models/hookNames';
import type { LabDictionary } from './laboratory';

export interface SiteAxes {
  /** In the order of the docs. */
  readonly all: readonly SweepAxis[];
  /** What a sweep is laid over unless it says otherwise. */
  readonly byDefault: readonly SweepAxis[];
}

const ONE_STREAM: SiteAxes = { all: ['position'], byDefault: ['position'] };
const STREAM: SiteAxes = { all: ['layer', 'position'], byDefault: ['layer', 'position'] };
const HEADS: SiteAxes = { all: ['layer', 'head', 'position'], byDefault: ['layer', 'head'] };
const NEURONS: SiteAxes = { all: ['layer', 'neuron', 'position'], byDefault: ['neuron', 'position'] };

export const SITE_AXES: Readonly<Record<Site, SiteAxes>> = {
  embed: ONE_STREAM,
  pos_embed: ONE_STREAM,
  resid_pre: STREAM,
  resid_mid: STREAM,
  resid_post: STREAM,
  attn_out: STREAM,
  mlp_out: STREAM,
  q: HEADS,
  k: HEADS,
  v: HEADS,
  z: HEADS,
  pattern: { all: ['layer', 'head', 'position', 'source'], byDefault: ['layer', 'head'] },
  mlp_pre: NEURONS,
  mlp_post: NEURONS,
  features: { all: ['feature', 'position'], byDefault: ['feature', 'position'] },
  error: ONE_STREAM,
};

/** The sites inside a dictionary. */
export function isOfDictionary(site: Site): boolean {
  return site === 'features' || site === 'error';
}

/** The axis that counts units (neurons, features) of a site, or null. */
export function unitAxis(site: Site): 'neuron' | 'feature' | null {
  return SITE_AXES[site].all.find((axis) => axis === 'neuron' || axis === 'feature') ?? null;
}

/** The hook point of a site; `layer` only for sites of layers, `dictionary` only for those of dictionaries. */
export function hookOf(site: Site, layer: number | null, dictionary: LabDictionary | null): string {
  if (site === 'features') return dictionary!.summary.featureHook;
  if (site === 'error') return errorHook(dictionary!.summary.featureHook);
  return layer === null ? `hook_${site}` : canonicalHook(`${site}.${layer}`);
}

/** How many places an axis of a site has, positions excepted. */
export function axisLength(
  site: Site,
  axis: Exclude<SweepAxis, 'position' | 'source'>,
  { layers, heads, kvHeads, dMlp }: ModelDimensions,
  dictionary: LabDictionary | null,
): number {
  switch (axis) {
    case 'layer':
      return layers;
    case 'head':
      return site === 'k' || site === 'v' ? kvHeads : heads;
    case 'neuron':
      return dMlp;
    case 'feature':
      return dictionary!.summary.dSae;
  }
}

/** Which axes a sweep over a site may have. */
import type { ExperimentRun, Site, SweepAxis, SweepRange } from '../../../../protocol/experimentSpec';
import { runKind } from './runs';

const RESIDUAL: readonly SweepAxis[] = ['layer', 'position'];
const HEADS: readonly SweepAxis[] = ['layer', 'head', 'position'];
const NEURONS: readonly SweepAxis[] = ['layer', 'position', 'neuron'];

/** Every axis of a site, and so every number that one of its places may have. */
export const siteAxes: Readonly<Record<Site, readonly SweepAxis[]>> = {
  embed: ['position'],
  pos_embed: ['position'],
  resid_pre: RESIDUAL,
  resid_mid: RESIDUAL,
  resid_post: RESIDUAL,
  attn_out: RESIDUAL,
  mlp_out: RESIDUAL,
  q: HEADS,
  k: HEADS,
  v: HEADS,
  z: HEADS,
  pattern: ['layer', 'head', 'position', 'source'],
  mlp_pre: NEURONS,
  mlp_post: NEURONS,
  features: ['feature', 'position'],
  error: ['position'],
};

/** The axes of a sweep that names none (`SweepRange.by`). */
export function usualAxes(site: Site): readonly SweepAxis[] {
  const axes = siteAxes[site];
  if (axes.includes('head')) return ['layer', 'head'];
  if (axes.includes('neuron')) return ['neuron', 'position'];
  if (axes.includes('feature')) return ['feature', 'position'];
  return axes;
}

/** The axes by which a cell of a run is named; null where the kind alone does not say. */
export function cellAxes(run: ExperimentRun): readonly (SweepAxis | 'site')[] | null {
  const swept = sweptSite(run);
  if (swept !== null) return ('by' in run ? run.by : undefined) ?? usualAxes(swept);
  if ('patch' in run || 'ablate' in run) return ['site'];
  if (runKind(run) === 'lens') return ['layer', 'position'];
  if (runKind(run) === 'attention') return ['position', 'source'];
  return null;
}

/** The site that a run sweeps over; null for lists of sites and for other kinds. */
export function sweptSite(run: ExperimentRun): Site | null {
  const at =
    'patch' in run ? run.patch : 'ablate' in run ? run.ablate : 'attribute' in run ? run.attribute : null;
  return typeof at === 'string' ? at : null;
}

const RANGES: Readonly<Partial<Record<SweepAxis, 'layers' | 'positions' | 'heads' | 'units'>>> = {
  layer: 'layers',
  position: 'positions',
  head: 'heads',
  neuron: 'units',
  feature: 'units',
};

/** Whether the file itself leaves an axis of a run one place, so that no cell needs to name it. */
export function hasOnePlace(run: ExperimentRun, axis: SweepAxis | 'site'): boolean {
  if (axis === 'site') {
    const listed = 'patch' in run ? run.patch : 'ablate' in run ? run.ablate : [];
    return listed.length === 1;
  }
  const key = RANGES[axis];
  const range: SweepRange = 'steer' in run || 'lens' in run || 'attention' in run ? {} : run;
  return key !== undefined && range[key]?.length === 1;
}

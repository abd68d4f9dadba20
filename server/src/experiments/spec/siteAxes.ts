/** Which axes the runs of a file have, as far as the file itself says. */
import type {
  DirectRun,
  ExperimentRun,
  Site,
  SweepAxis,
  SweepRange,
} from '../../../../protocol/experimentSpec';
import { SITE_AXES } from '../lab/sites';
import { runKind } from '../../../../protocol/experimentRuns';

/** Components have names and no numbers. */
const DIRECT_AXES: Readonly<Record<DirectRun['direct'], readonly SweepAxis[] | null>> = {
  layers: null,
  heads: ['layer', 'head'],
  neurons: ['layer', 'neuron'],
  features: ['feature'],
};

/** The axes by which a cell of a run is named; null where the kind alone does not say. */
export function cellAxes(run: ExperimentRun): readonly (SweepAxis | 'site')[] | null {
  const swept = sweptSite(run);
  if (swept !== null) return ('by' in run ? run.by : undefined) ?? SITE_AXES[swept].byDefault;
  if ('patch' in run || 'ablate' in run) return ['site'];
  if ('direct' in run) return DIRECT_AXES[run.direct];
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

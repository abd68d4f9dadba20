/** From what an experiment sweeps over to cells: what is replaced together, the axes they are laid over, and the headings. */
import type { AxisName, Tick } from '../../../../protocol/experiments';
import type { PatchRun, Site, SiteSpec, SweepAxis, SweepRange } from '../../../../protocol/experimentSpec';
import type { Cell, Patch, PatchValue } from '../../engine/causal/requests';
import { positionIn } from '../metric';
import { type Coverage, coverageOf, hooksOf, siteCoverage, upTo } from './coverage';
import { type Laboratory, tokenName } from './laboratory';
import type { PreparedPrompt } from './prompts';
import { Refusal } from './refusal';
import { axisLength, hookOf, SITE_AXES, unitAxis } from './sites';

/** The run that is changed, and what may take the place of its values. */
export interface GridView {
  readonly base: PreparedPrompt;
  readonly source: PreparedPrompt | null;
  /** For each base position that of the source; null where values come from no other run. */
  readonly counterparts: readonly (number | null)[] | null;
  readonly valueOf: (hook: string) => PatchValue;
}

/** A grid on one pair. */
export interface PairGrid {
  readonly ticks: readonly (readonly Tick[])[];
  /** In the order of the axes, the last fastest; null where nothing could be replaced. */
  readonly cells: readonly (Cell | null)[];
}

/** What is swept over, before it is laid on a pair. */
export interface Grid {
  /** What is changed or read, in words. */
  readonly at: string;
  readonly axes: readonly AxisName[];
  /** Ids of the dictionaries that the model runs through. */
  readonly dictionaries: readonly string[];
  /** Every hook point that some cell covers. */
  readonly hooks: readonly string[];
  /** @throws Refusal for positions that a prompt does not have */
  readonly on: (view: GridView) => PairGrid;
}

type Sites = readonly (SiteSpec | readonly SiteSpec[])[];

/** The grid of a sweep over a site, or over listed sets of sites. @throws Refusal */
export function gridOf(swept: PatchRun['patch'], range: SweepRange, lab: Laboratory): Grid {
  return typeof swept === 'string' ? sweepGrid(swept, range, lab) : setsGrid(swept, lab);
}

/** Whether the units (features, neurons) of a sweep must be chosen before it can be laid out. */
export function wantsUnits(swept: PatchRun['patch'], range: SweepRange): boolean {
  if (typeof swept !== 'string' || range.units !== undefined) return false;
  const unit = unitAxis(swept);
  return unit !== null && axesOf(swept, range).includes(unit);
}

function axesOf(site: Site, { by }: SweepRange): readonly SweepAxis[] {
  const { all, byDefault } = SITE_AXES[site];
  const axes = by ?? byDefault;
  const alien = axes.find((axis) => !all.includes(axis));
  if (alien !== undefined)
    throw new Refusal(`${site} has no axis ${alien}: it has ${all.join(', ')}; correct "by"`);
  const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (twice !== undefined) throw new Refusal(`"by" names ${twice} twice: name it once`);
  if (axes.length === 0) throw new Refusal('"by" names no axis: name one, or leave it out');
  return axes;
}

function sweepGrid(site: Site, range: SweepRange, lab: Laboratory): Grid {
  const axes = axesOf(site, range);
  const whole = coverageOf(site, range, lab);
  checkUnits(site, axes, range, whole);
  const id = whole.dictionary?.summary.id;
  return {
    at: id === undefined ? site : `${site} of ${id}`,
    axes,
    dictionaries: id === undefined ? [] : [id],
    hooks: hooksOf(whole),
    on: (view) => {
      const places = axes.map((axis) => placesOf(axis, whole, view, lab));
      checkSize(places);
      const cells = product(places).map((place) => cellOf([narrowed(whole, axes, place)], view));
      return { ticks: axes.map((axis, i) => ticksOf(axis, places[i]!, whole, view, lab)), cells };
    },
  };
}

/** Neurons are counted layer by layer, so that a list of them belongs to one. */
function checkUnits(site: Site, axes: readonly SweepAxis[], range: SweepRange, { layers }: Coverage): void {
  if (!axes.includes('neuron') || axes.includes('layer') || layers?.length === 1) return;
  throw new Refusal(
    `the neurons of ${site} are those of one layer: name it with "layers", or sweep over layers too ("by")` +
      (range.units ? '' : ' and name "units"'),
  );
}

function setsGrid(sets: Sites, lab: Laboratory): Grid {
  const listed = sets.map((set) => (Array.isArray(set) ? (set as readonly SiteSpec[]) : [set as SiteSpec]));
  if (listed.length === 0) throw new Refusal('no sites are listed: name at least one');
  const coverages = listed.map((set) => set.map((site) => siteCoverage(site, lab)));
  const all = coverages.flat();
  const ids = all.flatMap(({ dictionary }) => (dictionary ? [dictionary.summary.id] : []));
  return {
    at: 'sets of sites',
    axes: ['site'],
    dictionaries: [...new Set(ids)],
    hooks: [...new Set(all.flatMap(hooksOf))],
    on: (view) => ({
      ticks: [listed.map((set, index) => ({ label: set.map(siteWords).join(' + '), index }))],
      cells: coverages.map((set) => cellOf(set, view)),
    }),
  };
}

/** `z 3.1 @5` */
function siteWords({ at, layer, head, position, source, neuron, feature, dictionary }: SiteSpec): string {
  const unit = head ?? neuron ?? feature;
  const numbers = [layer, unit].filter((number) => number !== undefined).join('.');
  const where = [position, source].map((number) => (number === undefined ? '' : ` @${number}`)).join('');
  return (
    [at, ...(dictionary === undefined ? [] : [dictionary]), ...(numbers === '' ? [] : [numbers])].join(' ') +
    where
  );
}

/** The places along an axis, as written. */
function placesOf(axis: SweepAxis, whole: Coverage, { base }: GridView, lab: Laboratory): readonly number[] {
  const { site, layers, positions, heads, units, dictionary } = whole;
  switch (axis) {
    case 'layer':
      return layers!;
    case 'position':
      return positions ?? upTo(base.ids.length);
    case 'source':
      return upTo(base.ids.length);
    case 'head':
      return heads ?? upTo(axisLength(site, axis, lab.model.dimensions, dictionary));
    case 'neuron':
    case 'feature':
      return units ?? upTo(axisLength(site, axis, lab.model.dimensions, dictionary));
  }
}

/** The part of a coverage at one place of the axes. */
function narrowed(whole: Coverage, axes: readonly SweepAxis[], place: readonly number[]): Coverage {
  const fields = { layer: 'layers', position: 'positions', source: 'sources', head: 'heads' } as const;
  const at = axes.map((axis, i): Partial<Coverage> => {
    const field = axis === 'neuron' || axis === 'feature' ? 'units' : fields[axis];
    return { [field]: [place[i]!] };
  });
  return Object.assign({}, whole, ...at) as Coverage;
}

/** Everything that coverages replace together; null when one of them names only positions without a counterpart. */
function cellOf(coverages: readonly Coverage[], view: GridView): Cell | null {
  const parts = coverages.map((coverage) => patchesOf(coverage, view));
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

function patchesOf(coverage: Coverage, view: GridView): Patch[] | null {
  const positions = resolved(coverage.positions, view);
  const keys = resolved(coverage.sources, view);
  if (positions?.length === 0 || keys?.length === 0) return null;
  const { site, layers, dictionary, heads, units } = coverage;
  const patches: Patch[] = [];
  for (const layer of layers ?? [null]) {
    const hook = hookOf(site, layer, dictionary);
    for (const head of heads ?? [null])
      for (const unit of units ?? [null])
        patches.push({ hook, positions, head, keys, unit, value: view.valueOf(hook) });
  }
  return patches;
}

/** Positions from the start, without those that nothing can take the place of. */
function resolved(
  positions: readonly number[] | null,
  { base, counterparts }: GridView,
): readonly number[] | null {
  if (positions === null) return null;
  const all = positions.map((position) => named(position, base));
  return counterparts === null ? all : all.filter((position) => counterparts[position] != null);
}

function named(position: number, { ids }: PreparedPrompt): number {
  try {
    return positionIn(position, ids.length);
  } catch (error) {
    throw new Refusal(`${(error as Error).message} of the prompt: correct "positions"`);
  }
}

function ticksOf(
  axis: SweepAxis,
  places: readonly number[],
  { dictionary }: Coverage,
  view: GridView,
  lab: Laboratory,
): Tick[] {
  if (axis === 'position' || axis === 'source')
    return places.map((place) => positionTick(named(place, view.base), view, lab));
  if (axis !== 'feature') return places.map((index) => ({ label: `${index}`, index }));
  return places.map((index) => {
    const label = dictionary!.label(index);
    return { label: `${index}`, index, ...(label === null ? {} : { detail: label }) };
  });
}

/** A position by its token; the detail is the token of the other prompt where that is another. */
function positionTick(index: number, { base, source, counterparts }: GridView, lab: Laboratory): Tick {
  const label = tokenName(lab, base.ids[index]!);
  if (!source || !counterparts) return { label, index };
  const other = counterparts[index];
  if (other == null) return { label, index, detail: 'no counterpart in the other prompt' };
  const isSame = source.ids[other] === base.ids[index] && other === index;
  return isSame
    ? { label, index }
    : { label, index, detail: `other prompt: ${tokenName(lab, source.ids[other]!)} (${other})` };
}

/** More cells than this are no heatmap, and would take days. */
const MOST_CELLS = 200_000;

function checkSize(places: readonly (readonly number[])[]): void {
  const count = places.reduce((cells, { length }) => cells * length, 1);
  if (count <= MOST_CELLS) return;
  throw new Refusal(
    `the sweep has ${count} cells, more than ${MOST_CELLS}: cover fewer layers, positions, heads or units, or sweep over fewer axes`,
  );
}

/** All combinations, the last fastest. */
function product(places: readonly (readonly number[])[]): number[][] {
  return places.reduce<number[][]>(
    (rows, places) => rows.flatMap((row) => places.map((place) => [...row, place])),
    [[]],
  );
}

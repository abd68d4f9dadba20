/** What can be run next of a selected region: the same prompts and metric, narrower or finer. Pure. */
import type {
  AblateRun,
  AttentionRun,
  AttributeRun,
  DirectRun,
  ExperimentRun,
  LensRun,
  PatchRun,
  Site,
  SiteSpec,
  SweepAxis,
  SweepRange,
} from '../../protocol/experimentSpec';
import type { RunResult } from '../../protocol/experiments';
import type { LoadedDictionary } from '../../protocol/heatmapPanel';
import { shortDictionary } from '../../protocol/wording';
import { ranges } from './region';
import type { Chosen } from './region';

export interface Refinement {
  /** What it does, for its button and for the tab. */
  readonly title: string;
  readonly runs: readonly ExperimentRun[];
}

type SweepRun = PatchRun | AblateRun | AttributeRun;

const STREAM: readonly Site[] = ['resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'];
const OF_HEADS: readonly Site[] = ['z', 'q', 'k', 'v', 'pattern'];
/** More cells are not changed together: a set names each of them. */
const MOST_TOGETHER = 64;

/**
 * Refinements of a region.
 * @param spec - the run as it was asked for; undefined while that is not known
 * @param dictionaries - those that are loaded
 */
export function refinements(
  run: RunResult,
  spec: ExperimentRun | undefined,
  region: readonly Chosen[],
  dictionaries: readonly LoadedDictionary[],
): readonly Refinement[] {
  if (!spec) return [];
  if ('lens' in spec) return hasPair(run) ? [patchedLens(spec, region)] : [];
  if ('attention' in spec) return hasPair(run) ? [patchedPattern(spec, region)] : [];
  if ('direct' in spec) return finerDirect(spec, run, region);
  if ('steer' in spec) return [];
  const site = siteOf(spec);
  if (site === null) return [];
  return [
    ...narrower(spec, site, region),
    ...(STREAM.includes(site) ? finerStream(spec, site, region, dictionaries) : []),
    ...(OF_HEADS.includes(site) ? finerHeads(spec, site, region) : []),
    ...exactly(spec, site, region),
    ...together(spec, site, region),
  ];
}

/** Whether there is a corrupted run to patch with. */
function hasPair({ pairs }: RunResult): boolean {
  return pairs.length > 0 && pairs.every(({ corrupt }) => corrupt !== null);
}

/** The site that is swept; null for sets of sites. */
function siteOf(spec: SweepRun): Site | null {
  const site = 'patch' in spec ? spec.patch : 'ablate' in spec ? spec.ablate : spec.attribute;
  return typeof site === 'string' ? site : null;
}

/** The same kind of run over another site and range. What verifies an attribution is not repeated. */
function alike(spec: SweepRun, site: Site, range: SweepRange, name?: string): SweepRun {
  const named = { ...(name === undefined ? {} : { name }), ...given('metric', spec.metric) };
  if ('patch' in spec) return { patch: site, ...given('direction', spec.direction), ...named, ...range };
  if ('ablate' in spec)
    return { ablate: site, ...given('with', spec.with), ...given('over', spec.over), ...named, ...range };
  const how = { ...given('method', spec.method), ...given('steps', spec.steps) };
  return { attribute: site, ...how, ...given('direction', spec.direction), ...named, ...range };
}

function given<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

const FIELDS = {
  layer: 'layers',
  position: 'positions',
  head: 'heads',
  feature: 'units',
  neuron: 'units',
} as const;

type RangedAxis = keyof typeof FIELDS;

function isRanged(name: string): name is RangedAxis {
  return Object.hasOwn(FIELDS, name);
}

/**
 * The range of a sweep over a region, along some axes; whole axes are as the run itself had them. Units are always
 * named, because those that a sweep chooses by itself may be others the next time.
 */
function rangeOf(spec: SweepRange, region: readonly Chosen[], axes: readonly RangedAxis[]): SweepRange {
  const entries = axes.flatMap((axis) => {
    const field = FIELDS[axis];
    const chosen = along(region, axis);
    const isUnit = field === 'units';
    const places = chosen && (!chosen.whole || isUnit) ? chosen.indices : spec[field];
    return places === undefined ? [] : [[field, places] as const];
  });
  return Object.fromEntries(entries);
}

/** The axes of a region that a sweep can be laid over again. */
function axesOf(region: readonly Chosen[]): { by: readonly SweepAxis[]; ranged: readonly RangedAxis[] } {
  const names = region.map(({ name }) => name);
  return { by: names as readonly SweepAxis[], ranged: names.filter(isRanged) };
}

function along(region: readonly Chosen[], name: string): Chosen | undefined {
  return region.find((chosen) => chosen.name === name);
}

/** `layers 2–3`, `layer 2`, or nothing where the axis is whole or missing. */
function words(region: readonly Chosen[], ...names: readonly string[]): string {
  const parts = names.flatMap((name) => {
    const chosen = along(region, name);
    if (!chosen || chosen.whole) return [];
    return [`${name}${chosen.indices.length > 1 ? 's' : ''} ${ranges(chosen.indices)}`];
  });
  return parts.join(', ');
}

/** ` of layer 2 at positions 3–4`, as far as they are narrowed. */
function where(region: readonly Chosen[]): string {
  const [of, at] = [words(region, 'layer', 'head'), words(region, 'position')];
  return `${of === '' ? '' : ` of ${of}`}${at === '' ? '' : ` at ${at}`}`;
}

/** The same sweep, over the region alone. */
function narrower(spec: SweepRun, site: Site, region: readonly Chosen[]): Refinement[] {
  const isNarrower = region.some(({ whole, name }) => !whole && isRanged(name));
  if (!isNarrower || cellCount(region) < 2) return [];
  return [{ title: `Only this region of ${site}`, runs: [alike(spec, site, fullRange(spec, region))] }];
}

function cellCount(region: readonly Chosen[]): number {
  return region.reduce((cells, { places }) => cells * places.length, 1);
}

/** Over the axes of the region, within it; what else the run was narrowed to stays. */
function fullRange(spec: SweepRun, region: readonly Chosen[]): SweepRange {
  const { by, ranged } = axesOf(region);
  const { layers, positions, heads, units, top, dictionary } = spec;
  const known = { layers, positions, heads, units, top: units ? undefined : top, dictionary };
  const kept = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const range = rangeOf(spec, region, ranged);
  if (range.units) delete kept['top'];
  return { ...kept, ...range, by };
}

/** Into heads, neurons and features of layers at positions. */
function finerStream(
  spec: SweepRun,
  site: Site,
  region: readonly Chosen[],
  dictionaries: readonly LoadedDictionary[],
): Refinement[] {
  const range = rangeOf(spec, region, ['layer', 'position']);
  const layers = along(region, 'layer')?.indices ?? [];
  const sweep = (
    title: string,
    finer: Site,
    by: readonly SweepAxis[],
    more: SweepRange = {},
  ): Refinement => ({
    title,
    runs: [alike(spec, finer, { ...range, ...more, by })],
  });
  const found = [
    sweep(`Heads${where(region)}`, 'z', ['layer', 'head']),
    sweep(`Heads by position${where(region)}`, 'z', ['layer', 'head', 'position']),
  ];
  if (layers.length === 1 && site === 'mlp_out')
    found.push(sweep(`Neurons${where(region)}`, 'mlp_post', ['neuron', 'position'], { layers }));
  const at = words(region, 'position');
  const positions = rangeOf(spec, region, ['position']);
  for (const { id } of dictionaries.filter(({ hookPoint }) => reads(hookPoint, site, layers)))
    found.push({
      title: `Features of ${shortDictionary(id)}${at === '' ? '' : ` at ${at}`}`,
      runs: [alike(spec, 'features', { ...positions, dictionary: id, by: ['feature', 'position'] })],
    });
  return found;
}

/** Whether a dictionary reads a site of one of these layers. A block's input is the output of the one before. */
function reads(hookPoint: string, site: Site, layers: readonly number[]): boolean {
  const match = /^blocks\.(\d+)\.(?:attn\.)?hook_(\w+)$/.exec(hookPoint);
  if (!match) return false;
  const [layer, name] = [Number(match[1]), match[2]];
  const isHere = name === site && layers.includes(layer);
  const isBefore = site === 'resid_pre' && name === 'resid_post' && layers.includes(layer + 1);
  const isAfter = site === 'resid_post' && name === 'resid_pre' && layers.includes(layer - 1);
  return isHere || isBefore || isAfter;
}

/** Into positions, and into what heads read and write. */
function finerHeads(spec: SweepRun, site: Site, region: readonly Chosen[]): Refinement[] {
  const range = rangeOf(spec, region, ['layer', 'head', 'position']);
  const others = OF_HEADS.filter((other) => other !== site);
  const found: Refinement[] = [];
  if (!along(region, 'position'))
    found.push({
      title: `${site} by position${where(region)}`,
      runs: [alike(spec, site, { ...range, by: ['layer', 'head', 'position'] })],
    });
  found.push({
    title: `${others.join(', ')}${where(region)}`,
    runs: others.map((other) => alike(spec, other, { ...range, by: ['layer', 'head'] }, other)),
  });
  const single = singleHead(region);
  if (!single) return found;
  const byPosition = alike(spec, 'pattern', { ...range, by: ['position', 'source'] });
  return [
    ...found,
    { title: `Pattern of head ${headName(single)}, position by position`, runs: [byPosition] },
    attentionOf(single),
  ];
}

type Head = AttentionRun['attention'];

function singleHead(region: readonly Chosen[]): Head | null {
  const [layers, heads] = [along(region, 'layer')?.indices, along(region, 'head')?.indices];
  return layers?.length === 1 && heads?.length === 1 ? { layer: layers[0]!, head: heads[0]! } : null;
}

function headName({ layer, head }: Head): string {
  return `${layer}.${head}`;
}

function attentionOf(head: Head): Refinement {
  return { title: `Attention of head ${headName(head)} on the clean prompt`, runs: [{ attention: head }] };
}

/** Attributions are estimates: the region patched exactly. */
function exactly(spec: SweepRun, site: Site, region: readonly Chosen[]): Refinement[] {
  if (!('attribute' in spec)) return [];
  const how = { ...given('direction', spec.direction), ...given('metric', spec.metric) };
  const run: PatchRun = { patch: site, ...how, ...fullRange(spec, region) };
  return [{ title: `Patch ${site}${where(region)} exactly`, runs: [run] }];
}

/** The region's cells changed at once: one number. */
function together(spec: SweepRun, site: Site, region: readonly Chosen[]): Refinement[] {
  const count = cellCount(region);
  const names = region.map(({ name }) => name);
  const isNarrowedElsewhere = Object.entries(FIELDS).some(
    ([axis, field]) =>
      spec[field] !== undefined &&
      !names.some((name) => name === axis || FIELDS[name as RangedAxis] === field),
  );
  if ('attribute' in spec || count < 2 || count > MOST_TOGETHER || isNarrowedElsewhere) return [];
  const cells = region.reduce<readonly Partial<SiteSpec>[]>(
    (sites, { name, indices }) =>
      sites.flatMap((known) => indices.map((index) => ({ ...known, [name]: index }))),
    [{}],
  );
  const set = cells.map((cell): SiteSpec => ({ at: site, ...cell, ...given('dictionary', spec.dictionary) }));
  const metric = given('metric', spec.metric);
  const run: ExperimentRun =
    'patch' in spec
      ? { patch: [set], ...given('direction', spec.direction), ...metric }
      : { ablate: [set], ...given('with', spec.with), ...given('over', spec.over), ...metric };
  return [{ title: `These ${count} cells together`, runs: [run] }];
}

function patchedLens({ lens, metric }: LensRun, region: readonly Chosen[]): Refinement {
  const range = rangeOf({}, region, ['layer', 'position']);
  const run: PatchRun = { patch: lens, direction: 'denoise', ...given('metric', metric), ...range };
  return { title: `Patch ${lens}${where(region)}`, runs: [run] };
}

function patchedPattern({ attention }: AttentionRun, region: readonly Chosen[]): Refinement {
  const { layer, head } = attention;
  const range = { layers: [layer], heads: [head], ...rangeOf({}, region, ['position']) };
  const run: PatchRun = { patch: 'pattern', direction: 'denoise', ...range, by: ['position', 'source'] };
  return { title: `Patch the pattern of head ${headName(attention)}`, runs: [run] };
}

/** From layers to their heads and neurons, from heads to what they attend to. */
function finerDirect({ direct, metric }: DirectRun, run: RunResult, region: readonly Chosen[]): Refinement[] {
  if (direct === 'heads') {
    const single = singleHead(region);
    return single ? [attentionOf(single)] : [];
  }
  const components = along(region, 'component');
  if (!components) return [];
  const layersOf = (site: string): number[] =>
    components.places
      .map((place) => run.ticks[components.axis]![place]!)
      .flatMap(({ label, index }) => (label.startsWith(`${site} `) ? [index] : []));
  const finer = (title: string, into: DirectRun['direct'], layers: readonly number[]): Refinement[] =>
    layers.length === 0
      ? []
      : [
          {
            title: `${title} ${ranges(layers)}`,
            runs: [{ direct: into, layers, ...given('metric', metric) }],
          },
        ];
  return [
    ...finer('Heads of layers', 'heads', layersOf('attn_out')),
    ...finer('Neurons of layers', 'neurons', layersOf('mlp_out')),
  ];
}

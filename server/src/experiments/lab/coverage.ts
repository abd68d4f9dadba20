/** What a sweep covers at its site: for every axis all of it or listed places, checked against the model. */
import type { Site, SiteSpec, SweepAxis, SweepRange } from '../../../../protocol/experimentSpec';
import { dictionaryOf, type LabDictionary, type Laboratory } from './laboratory';
import { Refusal } from './refusal';
import { axisLength, hookOf, isOfDictionary, SITE_AXES, unitAxis } from './sites';

/** Places along each axis; null covers it whole. Positions and sources are as written: negative ones count from the end. */
export interface Coverage {
  readonly site: Site;
  /** Of sites inside one. */
  readonly dictionary: LabDictionary | null;
  /** Null only for sites that have no layers. */
  readonly layers: readonly number[] | null;
  readonly positions: readonly number[] | null;
  readonly heads: readonly number[] | null;
  readonly sources: readonly number[] | null;
  readonly units: readonly number[] | null;
}

/** What a sweep over a site covers. @throws Refusal for places that the site or the model does not have */
export function coverageOf(site: Site, range: SweepRange, lab: Laboratory): Coverage {
  const axes = SITE_AXES[site].all;
  const refuse = (field: string, given: unknown): void => {
    if (given !== undefined) throw new Refusal(`${site} has no ${field}: leave "${field}" out`);
  };
  if (!axes.includes('layer')) refuse('layers', range.layers);
  if (!axes.includes('head')) refuse('heads', range.heads);
  const unit = unitAxis(site);
  if (unit === null) {
    refuse('units', range.units);
    refuse('top', range.top);
  }
  const dictionary = isOfDictionary(site) ? dictionaryOf(lab, range.dictionary) : null;
  const listed = (axis: 'layer' | 'head' | 'neuron' | 'feature', given: readonly number[] | undefined) =>
    given === undefined ? null : checked(given, site, axis, lab, dictionary);
  const layers = axes.includes('layer') ? axisLength(site, 'layer', lab.model.dimensions, null) : null;
  return {
    site,
    dictionary,
    layers: layers === null ? null : (listed('layer', range.layers) ?? upTo(layers)),
    positions: range.positions ?? null,
    heads: listed('head', range.heads),
    sources: null,
    units: unit === null ? null : listed(unit, range.units),
  };
}

/** What one site of a set covers. @throws Refusal */
export function siteCoverage(spec: SiteSpec, lab: Laboratory): Coverage {
  const { at: site, layer, head, position, source, neuron, feature, dictionary } = spec;
  const axes = SITE_AXES[site].all;
  const given: readonly [SweepAxis, number | undefined][] = [
    ['layer', layer],
    ['head', head],
    ['source', source],
    ['neuron', neuron],
    ['feature', feature],
  ];
  const alien = given.find(([axis, value]) => value !== undefined && !axes.includes(axis));
  if (alien) throw new Refusal(`${site} has no ${alien[0]}: leave "${alien[0]}" out`);
  const one = (value: number | undefined) => (value === undefined ? undefined : [value]);
  const range: SweepRange = {
    ...withDefined('layers', one(layer)),
    ...withDefined('heads', one(head)),
    ...withDefined('positions', one(position)),
    ...withDefined('units', one(neuron ?? feature)),
    ...(dictionary === undefined ? {} : { dictionary }),
  };
  return { ...coverageOf(site, range, lab), sources: one(source) ?? null };
}

/** The hook points that it covers. */
export function hooksOf({ site, layers, dictionary }: Coverage): string[] {
  return (layers ?? [null]).map((layer) => hookOf(site, layer, dictionary));
}

function withDefined(key: keyof SweepRange, value: readonly number[] | undefined): SweepRange {
  return value === undefined ? {} : { [key]: value };
}

function checked(
  given: readonly number[],
  site: Site,
  axis: 'layer' | 'head' | 'neuron' | 'feature',
  lab: Laboratory,
  dictionary: LabDictionary | null,
): readonly number[] {
  const count = axisLength(site, axis, lab.model.dimensions, dictionary);
  const wrong = given.find((place) => !Number.isInteger(place) || place < 0 || place >= count);
  if (wrong !== undefined)
    throw new Refusal(`${site} has ${axis}s 0 to ${count - 1}, and no ${wrong}: correct the ${axis}`);
  const twice = given.find((place, i) => given.indexOf(place) !== i);
  if (twice !== undefined) throw new Refusal(`${axis} ${twice} is listed twice: name it once`);
  return given;
}

export function upTo(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

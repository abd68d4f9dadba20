/** Numbers and names held against the model: layers, heads, positions, hook points, dictionaries, features. */
import type {
  ExperimentRun,
  ExperimentSpec,
  Site,
  SiteSpec,
  SteerSpec,
} from '../../../../protocol/experimentSpec';
import { canonicalHook } from '../../models/hookNames';
import { SITE_AXES } from '../lab/sites';
import { sitePlaces } from './checkRuns';
import type { TokenizedPair } from './checkPrompts';
import { metricOfRun, metricParts } from './metricWords';
import { dictionaryNamed, type ModelFacts } from './modelFacts';
import { closest } from './nearMisses';
import type { Path } from './place';
import { failure, type Problem, replacement } from './problems';
import type { ReadExperiment } from './readSpec';
import { runName } from '../../../../protocol/experimentRuns';
import { alternatives } from './shape';
import { sweptSite } from './siteAxes';

export function checkNames(
  read: ReadExperiment,
  spec: ExperimentSpec,
  pairs: readonly TokenizedPair[],
  facts: ModelFacts,
): Problem[] {
  const checks = new NameChecks(read, spec, pairs, facts);
  return [
    ...spec.runs.flatMap((run, i) => checks.run(run, ['runs', i])),
    ...(spec.dictionaries ?? []).flatMap((name, i) => checks.named(name, ['dictionaries', i])),
    ...(spec.expect ?? []).flatMap(({ run: name, cell = {} }, i) => {
      const run = spec.runs.find((each) => runName(each) === name)!;
      return checks.place({ at: sweptSite(run) ?? 'resid_pre', ...cell }, ['expect', i, 'cell'], run);
    }),
  ];
}

/** What the numbers of an axis may be. */
interface Range {
  readonly least: number;
  readonly most: number;
  /** What has them, for messages. */
  readonly of: string;
}

class NameChecks {
  constructor(
    private readonly read: ReadExperiment,
    private readonly spec: ExperimentSpec,
    private readonly pairs: readonly TokenizedPair[],
    private readonly facts: ModelFacts,
  ) {}

  run(run: ExperimentRun, path: Path): Problem[] {
    return [
      ...this.sweep(run, path),
      ...sitePlaces(run, path).flatMap(({ site, path: at }) => this.place(site, at, run)),
      ...('attention' in run
        ? this.place({ at: 'pattern', ...run.attention }, [...path, 'attention'], run)
        : []),
      ...('steer' in run ? run.steer.flatMap((change, i) => this.steer(change, [...path, 'steer', i])) : []),
      ...('lens' in run ? this.site(run.lens, [...path, 'lens']) : []),
      ...this.metric(run, run.metric === undefined ? ['metric'] : [...path, 'metric']),
    ];
  }

  /** One place, or the cell of a clause. */
  place(site: SiteSpec, path: Path, run: ExperimentRun): Problem[] {
    const { at, dictionary } = site;
    const numbers = ['layer', 'head', 'position', 'source', 'neuron', 'feature'] as const;
    return [
      ...this.site(at, [...path, 'at']),
      ...(at === 'features' || at === 'error' ? this.dictionary(dictionary, path) : []),
      ...numbers.flatMap((axis) => {
        const value = site[axis];
        return value === undefined
          ? []
          : this.number(value, this.range(axis, at, dictionary, run), [...path, axis]);
      }),
    ];
  }

  private sweep(run: ExperimentRun, path: Path): Problem[] {
    const site = sweptSite(run);
    const key = 'patch' in run ? 'patch' : 'ablate' in run ? 'ablate' : 'attribute';
    const { layers, heads, positions, units, dictionary } = { ...run } as Partial<
      Extract<ExperimentRun, { layers?: unknown }>
    >;
    const usesDictionary =
      site === 'features' || site === 'error' || ('direct' in run && run.direct === 'features');
    const at: Site = site ?? ('direct' in run && run.direct === 'features' ? 'features' : 'mlp_post');
    const unit = at === 'features' ? 'feature' : 'neuron';
    const lists = [
      ['layer', 'layers', layers],
      ['head', 'heads', heads],
      ['position', 'positions', positions],
      [unit, 'units', units],
    ] as const;
    return [
      ...(site === null ? [] : this.site(site, [...path, key])),
      ...(usesDictionary ? this.dictionary(dictionary, path) : []),
      ...lists.flatMap(([axis, name, values = []]) =>
        values.flatMap((value, i) =>
          this.number(value, this.range(axis, at, dictionary, run), [...path, name, i]),
        ),
      ),
    ];
  }

  private steer({ feature, dictionary, hook, vector, positions }: SteerSpec, path: Path): Problem[] {
    const range = this.range('feature', 'features', dictionary, null);
    return [
      ...(feature === undefined
        ? []
        : [...this.dictionary(dictionary, path), ...this.number(feature, range, [...path, 'feature'])]),
      ...(hook === undefined ? [] : this.hook(hook, vector, path)),
      ...(typeof positions === 'object'
        ? positions.flatMap((position, i) =>
            this.number(position, this.positions('clean'), [...path, 'positions', i]),
          )
        : []),
    ];
  }

  private hook(name: string, vector: readonly number[] | undefined, path: Path): Problem[] {
    const { hooks, name: model } = this.facts;
    const shape = hooks.get(canonicalHook(name));
    if (!shape)
      return [
        this.unknown(`${model} has no hook point "${name}"`, name, hookNames(this.facts), [...path, 'hook']),
      ];
    const width = shape.slice(2).reduce((product: number, length) => product * Number(length), 1);
    if (vector === undefined || vector.length === width) return [];
    const message = `${name} has ${width} numbers at each position, and this vector ${vector.length}.`;
    return [failure('wrong-type', this.read.locate([...path, 'vector']), message)];
  }

  /** A site that the model does not compute. */
  private site(site: Site, path: Path): Problem[] {
    const { hooks, name } = this.facts;
    if (site === 'features' || site === 'error') return [];
    const hook = site === 'embed' || site === 'pos_embed' ? `hook_${site}` : canonicalHook(`${site}.0`);
    return hooks.has(hook)
      ? []
      : [failure('unknown-name', this.read.locate(path), `${name} has no ${site}.`)];
  }

  private dictionary(name: string | undefined, path: Path): Problem[] {
    const { dictionaries, isComplete } = this.facts;
    if (name !== undefined) return this.named(name, [...path, 'dictionary']);
    if (dictionaryNamed(this.facts, name) || !isComplete) return [];
    const { size } = dictionaries;
    const why = size === 0 ? 'the file names none under "dictionaries"' : `there are ${size} of them`;
    const message = `Which dictionary is meant is not said, and ${why}: name one with "dictionary".`;
    return [failure('missing', this.read.locate(path), message)];
  }

  /** A dictionary by name: one that is nowhere. */
  named(name: string, path: Path): Problem[] {
    const { dictionaries, available, missing } = this.facts;
    if (!missing.includes(name) || dictionaryNamed(this.facts, name)) return [];
    return [
      this.unknown(`There is no dictionary "${name}"`, name, [...dictionaries.keys(), ...available], path),
    ];
  }

  private metric(run: ExperimentRun, path: Path): Problem[] {
    const parts = metricParts(metricOfRun(run, this.spec));
    if (typeof parts === 'string') return [];
    const { feature, span, kind } = parts;
    const problems: Problem[] = [];
    if (feature) {
      const found = dictionaryNamed(this.facts, feature.dictionary);
      if (found) problems.push(...this.number(feature.index, featureRange(found.id, found.features), path));
      else problems.push(...this.named(feature.dictionary, path));
    }
    const { least, most, of } = this.positions('clean');
    const last = kind === 'loss' ? most - 1 : most;
    for (const position of new Set(span ?? []))
      problems.push(...this.number(position, { least, most: last, of }, path));
    return problems;
  }

  private range(
    axis: 'layer' | 'head' | 'position' | 'source' | 'neuron' | 'feature',
    site: Site,
    dictionary: string | undefined,
    run: ExperimentRun | null,
  ): Range | null {
    const { layers, heads, kvHeads, dMlp } = this.facts.dimensions;
    const upTo = (count: number): Range => ({
      least: 0,
      most: count - 1,
      of: `${this.facts.name} has ${axis}s`,
    });
    switch (axis) {
      case 'layer':
        return upTo(layers);
      case 'head':
        return upTo(site === 'k' || site === 'v' ? kvHeads : heads);
      case 'neuron':
        return upTo(dMlp);
      case 'position':
      case 'source':
        return this.positions(run && isDenoising(run) ? 'corrupt' : 'clean');
      case 'feature': {
        const found = dictionaryNamed(this.facts, dictionary);
        return found && featureRange(found.id, found.features);
      }
    }
  }

  /** Positions that the run of every pair has. */
  private positions(side: 'clean' | 'corrupt'): Range {
    const lengths = this.pairs.flatMap((pair) => pair[side]?.ids.length ?? []);
    const shortest = Math.min(...lengths, Infinity);
    return {
      least: -shortest,
      most: shortest - 1,
      of: `the ${side === 'clean' ? 'clean' : 'corrupted'} prompt has positions`,
    };
  }

  private number(value: number, range: Range | null, path: Path): Problem[] {
    if (!range || (value >= range.least && value <= range.most)) return [];
    const { most, of } = range;
    const message = `There is no ${value}: ${of} 0 to ${most}${range.least < 0 ? `, or ${range.least} to -1 from its end` : ''}.`;
    const at = this.read.locate(path);
    const isNumber = String(value) === this.read.text.slice(at.start, at.end);
    return [
      failure('out-of-range', at, message, isNumber && most >= 0 ? [replacement(at, String(most))] : []),
    ];
  }

  private unknown(what: string, name: string, known: readonly string[], path: Path): Problem {
    const at = this.read.locate(path);
    const near = closest(name, [...new Set(known)]);
    const offered = near.length > 0 ? near : known.length <= 3 ? known : [];
    const hint = offered.length > 0 ? ` Did you mean ${alternatives(offered)}?` : '';
    const isWord = this.read.text.slice(at.start, at.end).includes(name) && name !== '';
    return failure(
      'unknown-name',
      at,
      `${what}.${hint}`,
      isWord ? offered.map((each) => replacement(at, each)) : [],
    );
  }
}

/** Every hook point, by its name and by its address (`resid_post.2`). */
export function hookNames({ hooks, dimensions }: ModelFacts): string[] {
  const layers = Array.from({ length: dimensions.layers }, (_, layer) => layer);
  const addresses = Object.keys(SITE_AXES).flatMap((site) => layers.map((layer) => `${site}.${layer}`));
  return [...hooks.keys(), ...addresses.filter((address) => hooks.has(canonicalHook(address)))];
}

function featureRange(id: string, features: number): Range {
  return { least: 0, most: features - 1, of: `${id} has features` };
}

/** Whether the run that is changed is the corrupted one. */
function isDenoising(run: ExperimentRun): boolean {
  return ('patch' in run || 'attribute' in run) && run.direction !== 'noise';
}

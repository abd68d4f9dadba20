/** The experiment of one `patch` or `attribute` call, from its options. */
import type {
  Direction,
  ExperimentRun,
  ExperimentSpec,
  PromptPair,
  Site,
  SweepAxis,
  SweepRange,
} from '../../../protocol/experimentSpec';
import { SITE_AXES } from '../experiments/lab/sites';
import { siteOfHook } from '../models/hookNames';
import type { Options } from './options';
import { UsageError } from './usage';

/** What both commands take besides what they do. */
export interface SweepOptions {
  readonly site: Site;
  readonly direction: Direction;
  readonly range: SweepRange;
}

/** @throws UsageError */
export function readSweep(options: Options): SweepOptions {
  const site = siteOf(options.required('at'));
  const direction = options.text('direction') ?? 'denoise';
  if (direction !== 'denoise' && direction !== 'noise')
    throw new UsageError(`--direction is denoise or noise, not "${direction}"`);
  const layers = options.counts('layer');
  const units = options.counts('units');
  const dictionary = options.list('dictionary')[0];
  const range: SweepRange = {
    ...(options.flag('by-position') ? { by: axesByPosition(site) } : {}),
    ...(layers ? { layers } : {}),
    ...(units ? { units } : {}),
    ...(options.text('top') === null ? {} : { top: options.count('top', 0, 1) }),
    ...(dictionary === undefined ? {} : { dictionary }),
  };
  return { site, direction, range };
}

function siteOf(name: string): Site {
  if (Object.hasOwn(SITE_AXES, name)) return name as Site;
  const near = siteOfHook(name);
  if (near && Object.hasOwn(SITE_AXES, near.site)) {
    const layer = near.layer === null ? '' : ` --layer ${near.layer}`;
    throw new UsageError(`--at takes a site, and "${name}" is a hook point: write --at ${near.site}${layer}`);
  }
  throw new UsageError(`--at is one of ${Object.keys(SITE_AXES).join(', ')}, not "${name}"`);
}

/** Every axis of the site, heads last among them: the order in which their activations are laid out. */
function axesByPosition(site: Site): readonly SweepAxis[] {
  const { all } = SITE_AXES[site];
  return site !== 'pattern' && all.includes('head') ? ['layer', 'position', 'head'] : all;
}

/** The experiment of one run. @throws UsageError */
export function sweepSpec(options: Options, run: ExperimentRun): ExperimentSpec {
  if (options.flag('bos') && options.flag('no-bos')) throw new UsageError('give one of --bos and --no-bos');
  return {
    model: options.required('model'),
    ...(options.list('dictionary').length > 0 ? { dictionaries: options.list('dictionary') } : {}),
    ...(options.flag('bos') ? { bos: true } : {}),
    ...(options.flag('no-bos') ? { bos: false } : {}),
    prompts: { clean: prompt(options, 'clean'), corrupt: prompt(options, 'corrupt') },
    ...(options.flag('align') ? { align: 'auto' as const } : {}),
    metric: options.required('metric'),
    runs: [run],
  };
}

function prompt(options: Options, side: 'clean' | 'corrupt'): PromptPair['clean'] {
  const ids = options.counts(side);
  const text = options.text(`${side}-prompt`);
  if (ids !== null && text !== null) throw new UsageError(`give one of --${side} and --${side}-prompt`);
  if (text !== null) return text;
  if (ids !== null) return { tokens: ids };
  throw new UsageError(`${options.command} needs --${side} IDS or --${side}-prompt TEXT`);
}

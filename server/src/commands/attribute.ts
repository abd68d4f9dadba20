import type { AttributeRun } from '../../../protocol/experimentSpec';
import type { CommandContext } from './session';
import { answerSweep } from './sweepResult';
import { readSweep, sweepSpec } from './sweepSpec';
import { UsageError } from './usage';

const METHODS: Readonly<Record<string, NonNullable<AttributeRun['method']>>> = {
  atp: 'atp',
  'atp*': 'atp*',
  'atp-star': 'atp*',
  ig: 'ig',
};

/** `attribute`: what `patch` would find, estimated from gradients. */
export async function attribute(context: CommandContext): Promise<string | null> {
  const { options } = context;
  if (options.words.length > 0) throw new UsageError(`attribute takes no "${options.words[0]!}"`);
  const name = options.text('method') ?? 'atp';
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!method) throw new UsageError(`--method is one of ${Object.keys(METHODS).join(', ')}, not "${name}"`);
  if (options.text('steps') !== null && method !== 'ig')
    throw new UsageError(`--steps are those of --method ig, and ${name} has none`);
  const { site, direction, range } = readSweep(options);
  const run: AttributeRun = {
    attribute: site,
    method,
    direction,
    ...range,
    ...(options.text('steps') === null ? {} : { steps: options.count('steps', 0, 1) }),
    ...(options.text('verify') === null ? {} : { verify: options.count('verify', 0, 1) }),
  };
  return answerSweep(context, sweepSpec(options, run));
}

/** Reading the command line's words. */
import { parseArgs } from 'node:util';
import { UsageError } from './usage';

const OPTIONS = {
  model: { type: 'string' },
  download: { type: 'boolean' },
  processing: { type: 'string', multiple: true },
  prompt: { type: 'string' },
  file: { type: 'string' },
  tokens: { type: 'string' },
  bos: { type: 'boolean' },
  'no-bos': { type: 'boolean' },
  json: { type: 'boolean' },
  hooks: { type: 'string', multiple: true },
  dictionary: { type: 'string', multiple: true },
  input: { type: 'string' },
  out: { type: 'string' },
  top: { type: 'string' },
  metric: { type: 'string' },
  'max-tokens': { type: 'string' },
  temperature: { type: 'string' },
  seed: { type: 'string' },
  steer: { type: 'string', multiple: true },
  'norm-factor': { type: 'string' },
  clean: { type: 'string' },
  corrupt: { type: 'string' },
  'clean-prompt': { type: 'string' },
  'corrupt-prompt': { type: 'string' },
  at: { type: 'string' },
  direction: { type: 'string' },
  align: { type: 'boolean' },
  'by-position': { type: 'boolean' },
  layer: { type: 'string' },
  units: { type: 'string' },
  method: { type: 'string' },
  steps: { type: 'string' },
  verify: { type: 'string' },
  target: { type: 'string' },
  'target-diff': { type: 'string' },
  'max-features': { type: 'string' },
  'max-logits': { type: 'string' },
  'logit-prob': { type: 'string' },
  'node-threshold': { type: 'string' },
  'edge-threshold': { type: 'string' },
  slug: { type: 'string' },
} as const;

type OptionName = keyof typeof OPTIONS;

export interface Options {
  readonly command: string;
  /** Words after the command. */
  readonly words: readonly string[];
  /** Is the flag set? */
  flag(name: OptionName): boolean;
  /** Every value of an option that may be repeated; values with commas count as several where `split`. */
  list(name: OptionName, split?: boolean): readonly string[];
  text(name: OptionName): string | null;
  /** @throws UsageError when it is missing */
  required(name: OptionName): string;
  /** @throws UsageError when it is no whole number of at least `least` */
  count(name: OptionName, fallback: number, least: number): number;
  /** Whole numbers with commas between them, or null. @throws UsageError when one is none */
  counts(name: OptionName): readonly number[] | null;
  /** @throws UsageError when it is no number */
  number(name: OptionName): number | null;
}

/** What each command takes, so that a misplaced option is an error rather than ignored. */
const PROMPT = ['model', 'download', 'processing', 'prompt', 'file', 'tokens', 'bos', 'no-bos'] as const;
const PAIR = [
  'model',
  'download',
  'processing',
  'clean',
  'corrupt',
  'clean-prompt',
  'corrupt-prompt',
  'bos',
  'no-bos',
  'align',
] as const;
const SWEEP = [
  ...PAIR,
  'metric',
  'at',
  'direction',
  'by-position',
  'layer',
  'units',
  'top',
  'dictionary',
  'norm-factor',
  'out',
  'json',
] as const;
const COMMANDS: Readonly<Record<string, readonly OptionName[]>> = {
  inspect: ['model', 'download', 'json'],
  tokenize: [...PROMPT, 'json'],
  run: [...PROMPT, 'hooks', 'dictionary', 'norm-factor', 'out'],
  encode: [...PROMPT, 'dictionary', 'input', 'norm-factor', 'out'],
  features: [...PROMPT, 'dictionary', 'norm-factor', 'top', 'json'],
  gradient: [...PROMPT, 'metric', 'hooks', 'out'],
  patch: SWEEP,
  attribute: [...SWEEP, 'method', 'steps', 'verify'],
  experiment: ['download', 'processing', 'norm-factor', 'out', 'json'],
  graph: [
    ...PROMPT,
    'dictionary',
    'norm-factor',
    'target',
    'target-diff',
    'direction',
    'max-features',
    'max-logits',
    'logit-prob',
    'node-threshold',
    'edge-threshold',
    'slug',
    'verify',
    'out',
    'json',
  ],
  generate: [...PROMPT, 'max-tokens', 'temperature', 'seed', 'dictionary', 'norm-factor', 'steer', 'json'],
};

/** @throws UsageError */
export function readOptions(argv: readonly string[]): Options {
  const [command, ...rest] = argv;
  if (command === undefined) throw new UsageError('name a command');
  const taken = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!taken) throw new UsageError(`there is no command ${command}`);
  const { values, positionals } = parse(rest);
  const known = command === 'patch' && positionals.length > 0 ? COMMANDS['experiment']! : taken;
  for (const name of Object.keys(values)) {
    if (!known.includes(name as OptionName)) {
      throw new UsageError(`${[command, ...positionals].join(' ')} takes no --${name}`);
    }
  }
  return new ReadOptions(command, positionals, values);
}

type Values = Readonly<Record<string, unknown>>;

function parse(words: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

class ReadOptions implements Options {
  constructor(
    readonly command: string,
    readonly words: readonly string[],
    private readonly values: Values,
  ) {}

  flag(name: OptionName): boolean {
    return this.values[name] === true;
  }

  list(name: OptionName, split = false): readonly string[] {
    const values = (this.values[name] ?? []) as readonly string[];
    return split ? values.flatMap((value) => value.split(',').filter((part) => part !== '')) : values;
  }

  text(name: OptionName): string | null {
    const value = this.values[name];
    return typeof value === 'string' ? value : null;
  }

  required(name: OptionName): string {
    const value = this.text(name);
    if (value === null) throw new UsageError(`${this.command} needs --${name}`);
    return value;
  }

  count(name: OptionName, fallback: number, least: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`--${name} must be a whole number, ${least} or more, not "${text}"`);
  }

  counts(name: OptionName): readonly number[] | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!/^\s*\d+\s*(,\s*\d+\s*)*$/.test(text))
      throw new UsageError(`--${name} takes whole numbers such as 1,2,3, not "${text}"`);
    return text.split(',').map(Number);
  }

  number(name: OptionName): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new UsageError(`--${name} must be a number, not "${text}"`);
  }
}

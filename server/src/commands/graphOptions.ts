/** What a `graph` call asks for, from its options. */
import {
  GRAPH_SETTINGS,
  type GraphSettings,
  type GraphTarget,
  type GraphToken,
  LIKELY_TARGET,
} from '../../../protocol/graphs';
import { readDirectionFile } from '../formats/directionFile';
import type { Options } from './options';
import { UsageError } from './usage';

export interface GraphOptions {
  readonly out: string;
  readonly target: GraphTarget;
  readonly settings: GraphSettings;
  /** Null: named after the prompt. */
  readonly slug: string | null;
  /** Nodes to double, 0 for none. */
  readonly verify: number;
}

/** What Neuronpedia allows in a name. */
const SLUG = /^[A-Za-z0-9_.-]+$/;

/** Reads the file of a direction. @throws UsageError, FileFormatError */
export function readGraphOptions(options: Options): GraphOptions {
  const slug = options.text('slug');
  if (slug !== null && !SLUG.test(slug))
    throw new UsageError(`--slug takes letters, digits, "_", "." and "-", not "${slug}"`);
  const { maxFeatures, thresholds } = GRAPH_SETTINGS;
  return {
    out: options.required('out'),
    target: targetOf(options),
    settings: {
      maxFeatures: options.count('max-features', maxFeatures, 0),
      thresholds: {
        node: share(options, 'node-threshold', thresholds.node),
        edge: share(options, 'edge-threshold', thresholds.edge),
      },
    },
    slug,
    verify: options.count('verify', 0, 1),
  };
}

const TARGETS = ['target', 'target-diff', 'direction'] as const;

const GIVEN: Readonly<Record<(typeof TARGETS)[number], (value: string) => GraphTarget>> = {
  target: (text) => ({ kind: 'tokens', tokens: readTokens(text) }),
  'target-diff': differenceOf,
  direction: (file) => ({ kind: 'direction', ...readDirectionFile(file) }),
};

function targetOf(options: Options): GraphTarget {
  const [given, other] = TARGETS.filter((name) => options.text(name) !== null);
  const likely = (['max-logits', 'logit-prob'] as const).find((name) => options.text(name) !== null);
  if (given && other) throw new UsageError(`give one of --${given} and --${other}`);
  if (likely && given)
    throw new UsageError(`--${likely} is for the likeliest tokens: leave it out, or --${given}`);
  if (given) return GIVEN[given](options.required(given));
  const { most, share: usual } = LIKELY_TARGET;
  return {
    kind: 'likely',
    most: options.count('max-logits', most, 1),
    share: share(options, 'logit-prob', usual),
  };
}

function differenceOf(text: string): GraphTarget {
  const groups = splitAt(text, ',').map((group) => splitAt(group, '|').map(tokenOf));
  const [a, b] = groups;
  if (a && b && groups.length === 2) return { kind: 'difference', a, b };
  throw new UsageError(`--target-diff takes two tokens with a comma between them, not "${text}"`);
}

/** Ids, texts (leading space kept) and quoted texts with commas between them. */
export function readTokens(text: string): GraphToken[] {
  const parts = splitAt(text, ',');
  if (parts.some((part) => part === '')) return [text];
  return parts.map(tokenOf);
}

/** Divided at a character that does not stand in quotes. */
function splitAt(text: string, divider: ',' | '|'): string[] {
  const parts: string[] = [];
  let part = '';
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (piece !== divider) {
      part += piece;
      continue;
    }
    parts.push(part);
    part = '';
  }
  return [...parts, part];
}

function tokenOf(text: string): GraphToken {
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*$/s.exec(text);
  return quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : text;
}

function share(
  options: Options,
  name: 'node-threshold' | 'edge-threshold' | 'logit-prob',
  usual: number,
): number {
  const value = options.number(name) ?? usual;
  if (value > 0 && value <= 1) return value;
  throw new UsageError(`--${name} is a share above 0 and up to 1, not ${value}`);
}

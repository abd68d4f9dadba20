/** Experiment files, the pairs beside them, and results that somebody sent. */
import { join } from 'node:path';
import { readPairs } from '../../../server/src/experiments/lab/pairFile';
import { Refusal } from '../../../server/src/experiments/lab/refusal';
import { readExperiment } from '../../../server/src/experiments/spec/readSpec';
import { slotsAt } from '../../../server/src/experiments/spec/slot';
import { FileFormatError } from '../../../server/src/formats/errors';
import { readJsonFile, readTextFile } from '../../../server/src/formats/json';
import { patchRun, resultOf } from '../../support/results';
import { readExperimentResult } from '../../../protocol/readResult';
import { expectSane, type Format, type Sample } from '../format';
import { jsonPart, layOut } from './files';
import { demoBytes } from './fixtures';

const WORDS = [
  '&a ',
  '*a',
  '<<: *a',
  '!!js/function "function () { throw 1 }"',
  '!!python/object/apply:os.system ["touch canary"]',
  '!<tag:yaml.org,2002:binary> ',
  '? ',
  '- ',
  '| ',
  '> ',
  '{',
  '}',
  '[',
  ']',
  '---',
  '...',
  '%YAML 1.1',
  '__proto__: {polluted: true}',
  'constructor: ',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '../../../etc/passwd',
  '.inf',
  '.nan',
  '0x7fffffffffffffff',
  '1e400',
  'patch: z',
  'name: exact',
  'resid_pre',
];

/** Lists, each of nine of the one before: two hundred thousand texts, if aliases were followed. */
const LAUGHS = [
  'title: many',
  'prompts: &a [x, x, x]',
  ...'bcdef'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[i]!}`).join(', ')}]`),
].join('\n');

const KINDS = `title: All kinds
model: demo
dictionaries: [blocks.0.hook_mlp_out]
prompts:
  - clean: A
    corrupt: 'B'
    answer: [' x', 3]
    wrong: " y"
  - clean: {tokens: [1, 2, 3]}
    corrupt: {tokens: [1, 2, 4]}
metric: "log_prob:' x'"
runs:
  - {name: a, patch: resid_pre, direction: noise, by: [layer, position]}
  - {name: b, attribute: z, method: ig, steps: 5}
  - {name: c, ablate: [{at: mlp_out, layer: 1, position: -1}], with: zero}
  - {name: d, lens: resid_post, top: 3}
expect:
  - {run: a, clean: '> 10'}
`;

/** Reads the text as the server does; what it finds wrong is thrown, so that it counts as refused. */
function readSpec(file: string): void {
  const text = readTextFile(file);
  const { spec, problems, runs } = readExperiment(text);
  for (const { start, end } of [...problems, ...runs.map(({ range }) => range)])
    expectSane(
      start >= 0 && start <= end && end <= text.length + 1,
      `a span from ${start} to ${end} of ${text.length}`,
    );
  // Completion, which reads the text twice more, is asked for in broken texts, too.
  if (text.length % 4 === 0) slotsAt(text, Math.floor(text.length * 0.7));
  if (spec === null) throw new FileFormatError(file, problems[0]!.message, 'Correct the file');
}

export const experiment: Format = {
  name: 'experiment',
  samples: (folder) =>
    Object.entries({
      pairs: demoBytes('workspace', 'indirect-objects.fscope.yaml'),
      gift: demoBytes('workspace', 'one-gift.fscope.yaml'),
      kinds: Buffer.from(KINDS),
      laughs: Buffer.from(LAUGHS),
    }).map(([name, bytes]): Sample => {
      const file = join(layOut(folder, name, {}), `${name}.fscope.yaml`);
      return {
        name,
        file,
        ...(name === 'laughs' ? { isBad: true } : {}),
        parts: [{ kind: 'text', bytes, words: WORDS }],
        read: () => {
          readSpec(file);
        },
      };
    }),
};

/** The two formats below refuse with errors that do not know the file, which is added where they are called. */
function named(file: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    const isRefusal = error instanceof Refusal || (error instanceof Error && error.constructor === Error);
    if (isRefusal) throw new FileFormatError(file, error.message, 'Correct the file', { cause: error });
    throw error;
  }
}

const PAIRS = [
  '{"clean": "a", "corrupt": "b", "answer": " c", "wrong": [" d", 4]}',
  '{"clean": {"tokens": [1, 2]}, "corrupt": {"tokens": [1, 3]}}',
];

function pairsSample(folder: string): Sample {
  const file = join(layOut(folder, 'pairs', {}), 'a.pairs.jsonl');
  return {
    name: 'pairs',
    file,
    parts: [
      { kind: 'json', bytes: Buffer.from(PAIRS[0]!) },
      {
        kind: 'text',
        bytes: Buffer.from(PAIRS.join('\n')),
        words: ['{', '"clean"', 'null', '[', '"__proto__": 1'],
      },
    ],
    read: () => {
      named(file, () => readPairs(readTextFile(file), 'a.pairs.jsonl'));
    },
  };
}

export const prompts: Format = { name: 'pairs', samples: (folder) => [pairsSample(folder)] };

export const result: Format = {
  name: 'result',
  samples: (folder) => {
    const run = patchRun(
      [
        ['layer', 2],
        ['position', 3],
      ],
      (layer, position) => layer - position / 2,
    );
    const file = join(layOut(folder, 'result', {}), 'a.fscope.result.json');
    return [
      {
        name: 'patch',
        file,
        parts: [jsonPart(resultOf([run]))],
        read: () => {
          named(file, () => readExperimentResult(readJsonFile(file)));
        },
      },
    ];
  },
};

import { describe, expect, it } from 'vitest';
import { demoFacts } from '../../handlers/testing/demoFacts';
import { checkSpec } from './checkSpec';
import type { ModelFacts } from './modelFacts';
import type { Problem } from './problems';
import { readExperiment } from './readSpec';

const CLEAN = 'Today Rita and Henry are here, and Henry gave a lamp to';
const CORRUPT = 'Today Rita and Henry are here, and Rita gave a lamp to';

const file = (parts: {
  clean?: string;
  corrupt?: string;
  answer?: string;
  wrong?: string;
  more?: string;
  runs?: string;
}) =>
  `prompts:
  clean: ${parts.clean ?? CLEAN}
  corrupt: ${parts.corrupt ?? CORRUPT}
  answer: ${parts.answer ?? '" Rita"'}
  wrong: ${parts.wrong ?? '" Henry"'}
${parts.more ?? ''}runs:
${parts.runs ?? '  - patch: resid_pre'}
`;

const facts = { ...(await demoFacts('blocks.2.hook_resid_post')), missing: ['blocks.2.hook_resid_pots'] };

function check(text: string, known: ModelFacts = facts): Problem[] {
  const read = readExperiment(text);
  expect(read.problems).toEqual([]);
  return checkSpec(read, known);
}

/** Problems as `code: what is marked`. */
function problemsOf(text: string, known?: ModelFacts): string[] {
  return check(text, known).map(({ code, start, end }) => `${code}: ${text.slice(start, end)}`);
}

function fixed(text: string, { fixes = [] }: Problem, index = 0): string {
  const [edit] = fixes[index]!.edits;
  return text.slice(0, edit!.start) + edit!.text + text.slice(edit!.end);
}

function onlyProblem(text: string, known?: ModelFacts): Problem {
  const problems = check(text, known);
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

describe('a sound experiment', () => {
  it('has nothing to say against it', () => {
    expect(check(file({}))).toEqual([]);
  });
});

describe('a pair that does not align', () => {
  const unequal = file({ corrupt: 'Today Rita and Henry are here, and a child gave a lamp to' });

  it('is told with its token counts and the first difference, and mended by align: auto', () => {
    const problem = onlyProblem(unequal);
    expect(problem).toMatchObject({ severity: 'error', code: 'alignment' });
    expect(problem.message).toMatch(/clean prompt has \d+ tokens and the corrupted one \d+/);
    expect(problem.message).toContain('(“·Henry” against “·a”)');
    const mended = fixed(unequal, problem);
    expect(mended).toContain('wrong: " Henry"\nalign: auto\nruns:');
    expect(check(mended)).toEqual([]);
  });

  it('is mended where align: none stands', () => {
    const text = unequal.replace('runs:', 'align: none\nruns:');
    expect(check(fixed(text, onlyProblem(text)))).toEqual([]);
  });

  it('is mended at the end of a file, with and without a line end there', () => {
    for (const end of ['', '\n']) {
      const [prompts, runs] = unequal.trimEnd().split('runs:');
      const text = `runs:${runs!}\n${prompts!.trimEnd()}${end}`;
      expect(check(fixed(text, onlyProblem(text)))).toEqual([]);
    }
  });

  it('is no matter where nothing is compared position by position', () => {
    expect(check(unequal.replace('patch: resid_pre', 'ablate: z'))).toEqual([]);
  });

  it('is held against the pairs of positions that are listed', () => {
    const text = unequal.replace('runs:', 'align: [[0, 0], [-1, -1], [99, 1], [1, -99]]\nruns:');
    expect(problemsOf(text)).toEqual(['out-of-range: 99', 'out-of-range: -99']);
  });
});

describe('answers', () => {
  it('of several tokens are replaced by the token with a leading space', () => {
    const text = file({ answer: 'Rita' });
    const problem = onlyProblem(text);
    expect(problem.message).toContain('“Rita” is 2 tokens (R | ita)');
    expect(fixed(text, problem)).toBe(file({}));
  });

  it('of several tokens are replaced by their first', () => {
    const text = file({ answer: '[" unbelievable", " Rita"]' });
    const problem = onlyProblem(text);
    expect(text.slice(problem.start, problem.end)).toBe('" unbelievable"');
    expect(check(fixed(text, problem))).toEqual([]);
    expect(fixed(text, problem)).toContain('[" un", " Rita"]');
  });

  it('without their leading space are hinted at, unless the prompt ends in one', () => {
    const text = file({ answer: 'day' });
    const problem = onlyProblem(text);
    expect(problem).toMatchObject({ severity: 'information', code: 'leading-space' });
    expect(fixed(text, problem)).toBe(file({ answer: '" day"' }));
    const spaced = file({ answer: 'day', clean: `"${CLEAN} "`, corrupt: `"${CORRUPT} "` });
    expect(check(spaced)).toEqual([]);
  });

  it('are left to the model itself where that is loaded', () => {
    expect(check(file({ answer: 'day' }), { ...facts, isLoaded: true })).toEqual([]);
  });

  it('must be ids of the vocabulary', () => {
    expect(problemsOf(file({ answer: '2048' }))).toEqual(['answer: 2048']);
    expect(problemsOf(file({ answer: '0' }))).toEqual([]);
  });

  it('that are empty are no tokens', () => {
    expect(onlyProblem(file({ answer: '""' })).message).toContain('empty');
  });

  it('are not right and wrong at once', () => {
    expect(onlyProblem(file({ wrong: '[" Henry", " Rita"]' }))).toMatchObject({
      severity: 'warning',
      code: 'answer',
    });
  });

  it('are looked up in metrics too', () => {
    const text = file({ more: `metric: 'logit_diff:" Rita","Henry"'\n` });
    expect(onlyProblem(text).message).toContain(
      '“Henry” is 2 tokens (H | enry), and an answer must be one. Use “·Henry”',
    );
    expect(problemsOf(file({ runs: '  - { patch: z, metric: log_prob:5000 }' }))).toEqual([
      'answer: log_prob:5000',
    ]);
  });

  it('must be ids for a model without a tokenizer', () => {
    const text = file({ clean: '{ tokens: [1, 2] }', corrupt: '{ tokens: [1, 3] }', wrong: '3' });
    expect(onlyProblem(text, { ...facts, tokenizer: null }).message).toContain('give the id');
  });
});

describe('BOS', () => {
  it('that stands in the text is doubled, and removed', () => {
    const text = file({ clean: `"<|endoftext|>${CLEAN}"`, corrupt: `"<|endoftext|>${CORRUPT}"` });
    const [problem, second] = check(text);
    expect(problem).toMatchObject({ severity: 'warning', code: 'bos' });
    expect(second).toMatchObject({ severity: 'warning', code: 'bos' });
    expect(check(fixed(text, problem!))).toMatchObject([{ code: 'alignment' }, { code: 'bos' }].reverse());
    expect(check(fixed(text, problem!, 1))).toEqual([]);
  });

  it('is expected in vain of a tokenizer that has none', () => {
    const text = file({ more: 'bos: true\n' });
    const without = { ...facts, tokenizer: { ...facts.tokenizer!, bosId: null } as ModelFacts['tokenizer'] };
    Object.setPrototypeOf(without.tokenizer, Object.getPrototypeOf(facts.tokenizer) as object);
    const problem = onlyProblem(text, without);
    expect(problem).toMatchObject({ severity: 'error', code: 'bos' });
    expect(fixed(text, problem)).toBe(file({ more: 'bos: false\n' }));
  });
});

describe('prompts', () => {
  it('longer than the context are refused', () => {
    const long = 'a '.repeat(300);
    expect(problemsOf(file({ clean: long, corrupt: long })).map((each) => each.split(':')[0])).toEqual([
      'too-long',
      'too-long',
    ]);
  });

  it('of exact ids stay within the vocabulary', () => {
    const text = file({ clean: '{ tokens: [1, 2048] }', corrupt: '{ tokens: [1, 2] }' });
    expect(onlyProblem(text).message).toContain('no token 2048: ids go from 0 to 2047');
  });

  it('are texts only where there is a tokenizer', () => {
    const text = file({ answer: '1', wrong: '2' });
    expect(check(text, { ...facts, tokenizer: null }).map(({ code }) => code)).toEqual([
      'wrong-type',
      'wrong-type',
    ]);
  });

  it('without any token are refused', () => {
    expect(problemsOf(file({ clean: '""', corrupt: '""', more: 'bos: false\n' }))).toEqual([
      'missing: ""',
      'missing: ""',
    ]);
  });
});

describe('names and numbers of the model', () => {
  it.each([
    ['a layer', '  - patch: [{ at: z, layer: 4 }]', 'out-of-range: 4', 'Demo has layers 0 to 3'],
    ['a head', '  - attention: { layer: 0, head: 7 }', 'out-of-range: 7', 'Demo has heads 0 to 3'],
    ['a layer of a sweep', '  - { patch: z, layers: [0, 9] }', 'out-of-range: 9', 'layers 0 to 3'],
    [
      'a neuron',
      '  - { ablate: mlp_post, layers: [0], units: [512] }',
      'out-of-range: 512',
      'neurons 0 to 511',
    ],
    [
      'a position',
      '  - patch: [{ at: resid_pre, layer: 0, position: 40 }]',
      'out-of-range: 40',
      'corrupted prompt has positions 0 to',
    ],
    [
      'a position from the end',
      '  - { ablate: z, by: [position], positions: [-40] }',
      'out-of-range: -40',
      'clean prompt has positions',
    ],
    [
      'a feature',
      '  - ablate: [{ at: features, feature: 99999 }]',
      'out-of-range: 99999',
      'blocks.2.hook_resid_post has features 0 to',
    ],
    [
      'a feature to steer with',
      '  - steer: [{ method: ablate, feature: 99999 }]',
      'out-of-range: 99999',
      'features 0 to',
    ],
    [
      'a dictionary',
      '  - { ablate: features, dictionary: blocks.2.hook_resid_pots }',
      'unknown-name: blocks.2.hook_resid_pots',
      'Did you mean blocks.2.hook_resid_post',
    ],
    [
      'a hook point',
      '  - steer: [{ method: project, hook: blocks.2.hook_resid_pots, vector: [1] }]',
      'unknown-name: blocks.2.hook_resid_pots',
      'Did you mean blocks.2.hook_resid_post',
    ],
    [
      'a position of the metric',
      '  - { patch: z, metric: logit_diff@90 }',
      'out-of-range: logit_diff@90',
      'no 90',
    ],
    [
      'a feature as metric',
      "  - { ablate: z, metric: 'feature:blocks.2.hook_resid_post#99999' }",
      "out-of-range: 'feature:blocks.2.hook_resid_post#99999'",
      'no 99999',
    ],
  ])('are checked: %s', (_, runs, problem, message) => {
    const text = file({ runs });
    expect(problemsOf(text)).toEqual([problem]);
    expect(onlyProblem(text).message).toContain(message);
  });

  it('are mended by the nearest', () => {
    const text = file({ runs: '  - steer: [{ method: project, hook: resid_pots.2, vector: [1] }]' });
    const problem = onlyProblem(text);
    expect(problem.message).toContain('has no hook point "resid_pots.2". Did you mean resid_post.2');
    expect(fixed(text, problem)).toContain('hook: resid_post.2,');
    const layer = file({ runs: '  - patch: [{ at: z, layer: 4 }]' });
    expect(check(fixed(layer, onlyProblem(layer)))).toEqual([]);
  });

  it('take addresses of hook points, and vectors of their width', () => {
    const ones = Array.from({ length: 128 }, () => 1).join(', ');
    expect(
      check(file({ runs: `  - steer: [{ method: project, hook: resid_post.2, vector: [${ones}] }]` })),
    ).toEqual([]);
    const short = file({ runs: '  - steer: [{ method: project, hook: resid_post.2, vector: [1, 2] }]' });
    expect(onlyProblem(short).message).toContain('has 128 numbers at each position, and this vector 2');
  });

  it('are checked in cells of clauses', () => {
    const text = `${file({})}expect:\n  - { run: patch, cell: { layer: 8, position: -1 }, value: '> 0' }\n`;
    expect(problemsOf(text)).toEqual(['out-of-range: 8']);
  });

  it('say which dictionary is meant where there are several or none', async () => {
    const text = file({ runs: '  - ablate: features' });
    expect(check(text)).toEqual([]);
    const two = await demoFacts('blocks.2.hook_resid_post', 'blocks.3.hook_resid_post');
    expect(onlyProblem(text, two).message).toContain('there are 2 of them');
    expect(onlyProblem(text, await demoFacts()).message).toContain('the file names none');
    expect(check(text, { ...two, isComplete: false })).toEqual([]);
  });

  it('name dictionaries that are nowhere', () => {
    const text = file({ more: 'dictionaries: [blocks.3.hook_resid_pst]\n' });
    const problem = onlyProblem(text, { ...facts, missing: ['blocks.3.hook_resid_pst'] });
    expect(fixed(text, problem)).toContain('dictionaries: [blocks.3.hook_resid_post]');
  });
});

it('says once what several runs share', () => {
  const runs = '  - patch: z\n  - ablate: q';
  expect(problemsOf(file({ more: 'metric: logit_diff@90\n', runs }))).toEqual([
    'out-of-range: logit_diff@90',
  ]);
});

it('says nothing of a file that cannot be read', () => {
  expect(checkSpec(readExperiment('runs: 3'), facts)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { readExperiment } from './readSpec';
import { MAX_LENGTH } from './yamlText';

const PROMPTS = `prompts:
  clean: Mary and John went out, John gave the milk to
  corrupt: Mary and John went out, Mary gave the milk to
  answer: " Mary"
  wrong: [" John", 12]
`;

const GOOD = `title: Who gets the milk
model: demo
${PROMPTS}metric: logit_diff
runs:
  - name: residual
    patch: resid_pre
    by: [layer, position]
  - patch:
      - { at: z, layer: 3, head: 1 }
      - [{ at: z, layer: 3, head: 1 }, { at: mlp_out, layer: 2, position: -1 }]
    direction: noise
  - attention: { layer: 1, head: 0 }
expect:
  - run: residual
    cell: { layer: 0, position: -1 }
    recovered: '>= 0.8'
  - { run: residual, top: 5, as: patch, shared: '>= 4' }
`;

/** A file with these runs, and clauses. */
const withRuns = (runs: string, more = '') => `${PROMPTS}runs:\n${runs}\n${more}`;

/** Problems of a text as `code: what is marked`. */
function problemsOf(text: string): string[] {
  return readExperiment(text).problems.map(({ code, start, end }) => `${code}: ${text.slice(start, end)}`);
}

function firstMessage(text: string): string {
  return readExperiment(text).problems[0]!.message;
}

/** The text after the first quick fix of its first problem. */
function mended(text: string): string {
  const [edit] = readExperiment(text).problems[0]!.fixes![0]!.edits;
  return text.slice(0, edit!.start) + edit!.text + text.slice(edit!.end);
}

describe('readExperiment', () => {
  it('reads what a file says, and where it says so', () => {
    const { spec, problems, runs, locate } = readExperiment(GOOD);
    expect(problems).toEqual([]);
    expect(spec?.prompts).toMatchObject({ answer: ' Mary', wrong: [' John', 12] });
    expect(spec?.runs[1]).toEqual({
      patch: [
        { at: 'z', layer: 3, head: 1 },
        [
          { at: 'z', layer: 3, head: 1 },
          { at: 'mlp_out', layer: 2, position: -1 },
        ],
      ],
      direction: 'noise',
    });
    expect(runs.map(({ name }) => name)).toEqual(['residual', 'patch', 'attention']);
    const { start, end } = locate(['runs', 0, 'patch']);
    expect(GOOD.slice(start, end)).toBe('resid_pre');
  });

  it('tells the runs of a file that has errors', () => {
    const { runs, spec } = readExperiment(`${GOOD}colour: red\n`);
    expect([spec, runs.map(({ name }) => name)]).toEqual([null, ['residual', 'patch', 'attention']]);
    const typing = readExperiment(withRuns('  - patch: z\n  - name: b\n    pat'));
    expect(typing.runs.map(({ name }) => name)).toEqual(['patch']);
    expect(readExperiment('runs: 3').runs).toEqual([]);
  });

  it('locates what is missing at what is around it', () => {
    const { locate } = readExperiment(GOOD);
    expect(locate(['runs', 2, 'metric'])).toEqual(locate(['runs', 2]));
  });

  it('names near misses of unknown keys and words, and mends them', () => {
    const text = GOOD.replace('direction: noise', 'dircetion: noise');
    expect(problemsOf(text)).toEqual(['unknown-key: dircetion']);
    expect(mended(text)).toBe(GOOD);
    const site = GOOD.replace('patch: resid_pre', 'patch: resid_pree');
    expect(problemsOf(site)).toEqual(['wrong-type: resid_pree']);
    expect(mended(site)).toBe(GOOD);
    expect(firstMessage(`${GOOD}colour: red\n`)).toContain('An experiment has no "colour". It has title');
  });

  it('says how sites are written where a mapping stands alone', () => {
    expect(firstMessage(withRuns('  - patch: { at: z, layer: 9 }'))).toBe(
      '"patch" is a mapping: write a site such as z, or a list of sites: [{at: z, layer: 9}].',
    );
    expect(firstMessage(withRuns('  - patch: [z]'))).toBe(
      '"patch" is "z": write a site such as {at: z, layer: 3, head: 1}, or a list of sites that are changed together.',
    );
    expect(firstMessage(withRuns('  - patch: x'))).toMatch(
      /"patch" must be embed, .* or error; this is "x"\.$/,
    );
  });

  it.each([
    ['patch: hook_z', 'patch: z', 'this is "hook_z": write z.'],
    ['patch: blocks.1.attn.hook_z', 'patch: z', ': write z, with layers: [1].'],
    ['attribute: attn.hook_q', 'attribute: q', ': write q.'],
    [
      'patch: [{ at: blocks.2.mlp.hook_post }]',
      'patch: [{ at: mlp_post }]',
      ': write mlp_post, with layer: 2.',
    ],
    ['lens: blocks.3.hook_resid_mid', 'lens: resid_mid', ': write resid_mid.'],
  ])('knows the hook point of %s', (run, after, message) => {
    const text = withRuns(`  - ${run}`);
    expect(firstMessage(text)).toContain(message);
    expect(mended(text)).toBe(withRuns(`  - ${after}`));
  });

  it('offers no site where the hook point is none of those that may stand there', () => {
    expect(firstMessage(withRuns('  - lens: hook_z'))).toMatch(/; this is "hook_z"\.$/);
  });

  it('marks a misspelt kind, and reads the rest of the run', () => {
    const text = withRuns('  - name: a\n    atribute: z\n    verfy: 5\n    layers: [-1]');
    expect(problemsOf(text)).toEqual(['run-kind: atribute', 'unknown-key: verfy', 'wrong-type: -1']);
    expect(mended(text)).toBe(text.replace('atribute', 'attribute'));
    const twice = withRuns('  - atribute: z\n    attrbute: z');
    expect(problemsOf(twice)).toEqual(['run-kind: atribute', 'unknown-key: attrbute']);
  });

  it.each([
    ['a number for a text', 'title: 2024', 'wrong-type: 2024', 'title: "2024"'],
    [
      'a number for a bound',
      "recovered: '>= 0.8'\n".replace("'>= 0.8'", '3'),
      'wrong-type: 3',
      "recovered: '== 3'\n",
    ],
  ])('offers quotes for %s', (_, line, problem, after) => {
    const before = GOOD.replace(line.startsWith('title') ? /title: .*/ : /recovered: .*\n/, line);
    expect(problemsOf(before)).toEqual([problem]);
    expect(mended(before)).toBe(
      GOOD.replace(line.startsWith('title') ? /title: .*/ : /recovered: .*\n/, after),
    );
  });

  it('explains an unquoted bound, which YAML takes for a block of text', () => {
    const text = GOOD.replace("'>= 0.8'", '>= 0.8');
    expect(firstMessage(text)).toContain("write the bound in quotes, '>= 0.8'");
    expect(mended(text)).toBe(GOOD);
    const flow = GOOD.replace("shared: '>= 4' }", 'shared: >= 4 }');
    expect(readExperiment(flow).problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['several', '  - patch: z\n    ablate: z', 'has one kind, and this has patch and ablate'],
    ['none', '  - patsh: z', 'Did you mean patch?'],
    ['none but others', '  - name: a', 'needs its kind: patch, ablate'],
  ])('refuses a run with %s kinds', (_, run, message) => {
    const text = withRuns(run);
    expect(readExperiment(text).problems).toMatchObject([{ code: 'run-kind' }]);
    expect(firstMessage(text)).toContain(message);
  });

  it.each([
    ['what is missing', 'runs:\n  - patch: z\n', 'needs "prompts"'],
    ['an empty value', withRuns('  - patch:'), '"patch" has no value: write a site such as z'],
    ['an empty list', withRuns('  - patch: z\n    by: []'), 'needs 1 or more entries and has 0'],
    [
      'a fraction',
      withRuns('  - lens: resid_pre\n    top: 2.5'),
      '"top" must be a whole number, 1 or more; this is 2.5',
    ],
    [
      'infinity',
      withRuns('  - steer: [{ method: set, feature: 1, value: .inf }]'),
      'must be a number; this is',
    ],
    [
      'a negative layer',
      withRuns('  - patch: [{ at: z, layer: -1 }]'),
      '"layer" must be a whole number, 0 or more',
    ],
    [
      'a list where a mapping belongs',
      withRuns('  - attention: [1, 2]'),
      'must be a layer and a head; this is a list of 2',
    ],
    ['a pair of three', `${GOOD}align: [[1, 2, 3]]\n`, 'needs 2 entries and has 3'],
    ['a mapping where a word belongs', withRuns('  - lens: { a: 1 }'), 'this is a mapping'],
    [
      'a number where a word belongs',
      withRuns('  - lens: 3'),
      '"lens" must be resid_pre, resid_mid or resid_post; this is 3',
    ],
    ['a file of one word', 'hello', 'The file must be an experiment; this is "hello"'],
  ])('refuses %s', (_, text, message) => {
    const { spec } = readExperiment(text);
    expect(spec).toBeNull();
    expect(firstMessage(text)).toContain(message);
  });

  it.each([
    ['two runs of one name', '  - patch: z\n  - patch: q', 'duplicate: q'],
    [
      'two runs given one name',
      '  - { name: a, patch: z }\n  - { name: a, lens: resid_pre }',
      'duplicate: a',
    ],
    ['an axis that the site lacks', '  - patch: mlp_out\n    by: [layer, head]', 'wrong-type: head'],
    ['one axis twice', '  - patch: mlp_out\n    by: [layer, layer]', 'duplicate: layer'],
    ['a layer of a feature', '  - patch: [{ at: features, layer: 1 }]', 'wrong-type: 1'],
    ['a head of the residual stream', '  - patch: [{ at: resid_pre, layer: 1, head: 1 }]', 'wrong-type: 1'],
    ['an unknown metric', '  - { patch: z, metric: logit_dif }', 'metric: logit_dif'],
    ['direct attribution of a probability', '  - { direct: heads, metric: log_prob }', 'metric: log_prob'],
    ['a lens on a feature', '  - { lens: resid_pre, metric: feature:a#1 }', 'metric: feature:a#1'],
    ['neurons of every layer', '  - { ablate: mlp_post }', 'missing: mlp_post'],
    ['steering with nothing', '  - steer: [{ method: ablate }]', 'missing: ablate'],
    ['steering without strength', '  - steer: [{ method: add, feature: 2 }]', 'missing: add'],
    ['a cap without a bound', '  - steer: [{ method: cap, feature: 2 }]', 'missing: cap'],
    ['a min of no cap', '  - steer: [{ method: ablate, feature: 2, min: 1 }]', 'wrong-type: 1'],
    ['a direction without its vector', '  - steer: [{ method: project, hook: x }]', 'missing: project'],
  ])('refuses %s', (_, runs, problem) => {
    expect(problemsOf(withRuns(runs))).toEqual([problem]);
  });

  it('names the second of two runs', () => {
    const more = (text: string) => {
      expect(readExperiment(text).problems).toEqual([]);
    };
    const block = withRuns(
      '  - patch: z\n    by: [head]\n  - patch: q\n    by: [head]\n  - name: patch 2\n    lens: resid_pre',
    );
    expect(mended(block)).toContain('  - name: patch 3\n    patch: q\n    by: [head]\n');
    more(mended(block));
    more(mended(withRuns('  - { patch: z }\n  - { by: [head], patch: q }')));
    more(mended(withRuns('  - { name: a, patch: z }\n  - { name: a, patch: q }')));
  });

  it.each([
    ['an unknown run', 'run: pathc, clean: "> 0"', 'unknown-run: pathc'],
    ['an unknown run to compare with', "run: patch, top: 2, as: b, shared: '>= 1'", 'unknown-run: b'],
    ['an axis that the run lacks', "run: patch, cell: { layer: 1, position: 2 }, value: '> 0'", 'expect: 2'],
    [
      'a cell that is not named in full',
      "run: patch, cell: { layer: 1 }, value: '> 0'",
      'expect: { layer: 1 }',
    ],
    ['a number of no cell', "run: patch, value: '> 0'", "expect: { run: patch, value: '> 0' }"],
    ['a cell without a bound', 'run: patch, cell: { layer: 1, head: 2 }', 'expect: patch'],
    ['half a comparison', 'run: patch, top: 3', 'expect: patch'],
    ['nothing', 'run: patch', 'expect: patch'],
    ['a bound that is none', 'run: patch, clean: much', 'wrong-type: much'],
  ])('refuses a clause about %s', (_, clause, problem) => {
    expect(problemsOf(withRuns('  - patch: z\n  - direct: heads', `expect:\n  - { ${clause} }`))).toEqual([
      problem,
    ]);
  });

  it('says what a pair lacks for the runs of the file', () => {
    const text =
      'prompts: { clean: a text, answer: 1 }\nruns:\n  - ablate: z\n    metric: prob_diff\n  - patch: z\n';
    expect(readExperiment(text).problems.map(({ message }) => message)).toEqual([
      'This pair needs "wrong", because of the run "ablate" with the metric prob_diff.',
      'This pair needs "corrupt", because of the run "patch" with the metric log_prob.',
    ]);
    const enough =
      'prompts: { clean: a text }\nruns: [{ ablate: z, metric: loss }, { attention: { layer: 0, head: 1 } }]\n';
    expect(problemsOf(enough)).toEqual([]);
  });

  it.each([
    ['a list of sites', '  - patch: [{ at: z, layer: 1 }]\n    by: [layer]'],
    ['direct attribution', '  - direct: heads\n    by: [layer]'],
  ])('warns of ranges that %s does not use, and reads the file all the same', (_, run) => {
    const text = withRuns(run);
    expect(readExperiment(text).problems).toMatchObject([{ severity: 'warning', code: 'run-kind' }]);
    expect(readExperiment(text).spec).not.toBeNull();
  });
});

describe('broken and hostile files', () => {
  it.each([
    ['an empty file', '', 'This experiment is empty'],
    ['only comments', '# nothing\n\n# here\n', 'This experiment is empty'],
    ['an empty document', '---\n', 'This experiment is empty'],
    ['tabs', 'prompts:\n\tclean: a\n', 'use spaces'],
    ['an open quote', 'title: "x', 'not valid YAML'],
    ['a colon in a text', 'title: one: two', 'must be quoted'],
    ['a reserved character', 'title: @x', 'between quotes'],
    ['two documents', `${GOOD}---\ntitle: b\n`, 'holds one document'],
    ['a tag', GOOD.replace('Who', '!secret Who'), 'have no tags'],
    ['a key twice', `${GOOD}title: b\n`, '"title" stands here twice'],
    ['a key that is a list', '? [a]\n: b\n', 'must be a word'],
    ['a merge key', 'a: &a { clean: x }\n<<: *a\n', 'has no "a"'],
    ['an alias without anchor', GOOD.replace('demo', '*x'), 'no anchor of this name'],
    ['nesting without end', `title: ${'['.repeat(20_000)}`, 'deeper than'],
    ['nested dashes', `${'- '.repeat(20_000)}x`, 'deeper than'],
    ['a huge file', `# ${'x'.repeat(MAX_LENGTH)}`, 'JSON-lines file'],
  ])('says what is wrong with %s', (_, text, message) => {
    const { spec, problems } = readExperiment(text);
    expect(spec).toBeNull();
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
    for (const { start, end } of problems) {
      expect(start).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });

  it('reads anchors and aliases, within bounds', () => {
    const text = GOOD.replace('answer: " Mary"', 'answer: &a " Mary"').replace('[" John", 12]', '*a');
    expect(readExperiment(text).spec?.prompts).toMatchObject({ answer: ' Mary', wrong: ' Mary' });
    const sites = Array.from({ length: 60 }, () => '*s').join(', ');
    const sets = Array.from({ length: 60 }, () => '*b').join(', ');
    const bomb = withRuns(`  - patch: [&s { at: embed }, &b [${sites}], ${sets}]`);
    expect(problemsOf(bomb)[0]).toBe('too-large: *s');
    expect(readExperiment(bomb).problems.length).toBeLessThan(5000);
  });

  it('ends on an anchor that holds itself', () => {
    expect(readExperiment(withRuns('  - patch: &a [[*a]]')).problems.length).toBeGreaterThan(0);
  });

  it('reports so many problems as help', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n');
    expect(readExperiment(keys).problems.length).toBeLessThanOrEqual(100);
  });

  it('reads Windows line ends and a byte order mark', () => {
    const { spec, problems } = readExperiment(`\uFEFF${GOOD.replaceAll('\n', '\r\n')}`);
    expect(problems).toEqual([]);
    expect(spec?.title).toBe('Who gets the milk');
  });
});

import { describe, expect, it } from 'vitest';
import { demoFacts } from '../../handlers/testing/demoFacts';
import { answerMetric, measuredChecks, MOST_PAIRS, type NextLogits } from './measuredChecks';
import { readExperiment } from './readSpec';

const facts = { ...(await demoFacts()), isLoaded: true };
const id = (text: string) => facts.tokenizer!.idOf(text)!;
const RITA = ' Rita';
const HENRY = ' Henry';

/** Logits that are 0 but for these texts; `Rita gave` in a prompt tells it is the corrupted one. */
function nextIs(
  clean: Record<string, number>,
  corrupted: Record<string, number>,
  asked: number[][] = [],
): NextLogits {
  return (ids) => {
    asked.push([...ids]);
    const given = facts.tokenizer!.decode(ids).includes('Rita gave') ? corrupted : clean;
    const logits = new Float32Array(facts.dimensions.vocabulary);
    for (const [text, logit] of Object.entries(given)) logits[id(text)] = logit;
    return Promise.resolve(logits);
  };
}

const file = (more = '', answer = '" Rita"') => `prompts:
  clean: Today Rita and Henry are here, and Henry gave a lamp to
  corrupt: Today Rita and Henry are here, and Rita gave a lamp to
  answer: ${answer}
  wrong: " Henry"
runs:
  - patch: resid_pre
${more}`;

async function messages(text: string, next: NextLogits): Promise<string[]> {
  return (await measuredChecks(readExperiment(text), facts, next)).map(({ message }) => message);
}

describe('metrics that are satisfied already', () => {
  it('are named with their numbers', async () => {
    const next = nextIs({ [RITA]: 3, [HENRY]: 1 }, { [RITA]: 4.5, [HENRY]: 1 });
    const [message] = await messages(file(), next);
    expect(message).toContain('logit_diff is 2 on the clean prompt and 3.5 on the corrupted one');
    expect(message).toContain('satisfies the metric already');
  });

  it('mark the corrupted prompt', async () => {
    const text = file();
    const [problem] = await measuredChecks(readExperiment(text), facts, nextIs({}, { [RITA]: 1 }));
    expect(problem).toMatchObject({ severity: 'warning', code: 'satisfied' });
    expect(text.slice(problem!.start, problem!.end)).toContain('Rita gave a lamp to');
  });

  it.each([
    [
      'a corrupted run that prefers the right answer',
      { [RITA]: 3 },
      { [RITA]: 1 },
      'prefers the right answer too',
    ],
    ['a clean run that does not', { [HENRY]: 1 }, { [HENRY]: 3 }, 'does not prefer the right answer itself'],
  ])('or have %s', async (_, clean, corrupted, words) => {
    expect((await messages(file(), nextIs(clean, corrupted)))[0]).toContain(words);
  });

  it('are not seen in a sound pair', async () => {
    expect(await messages(file(), nextIs({ [RITA]: 3 }, { [HENRY]: 3 }))).toEqual([]);
  });

  it('are judged by each metric of the runs that compare prompts, once', async () => {
    const runs =
      '  - { name: a, patch: z, metric: log_prob }\n  - { name: b, patch: q, metric: log_prob }\n  - ablate: z\n    metric: logit\n';
    const found = await messages(file(runs), nextIs({ [RITA]: 1 }, { [RITA]: 1, [HENRY]: 9 }));
    expect(found).toEqual([]);
    const more = await messages(file(runs), nextIs({ [RITA]: 1 }, { [RITA]: 4 }));
    expect(more.map((message) => message.split(' ')[0])).toEqual(['logit_diff', 'log_prob']);
  });

  it('are read where the metric says', async () => {
    const asked: number[][] = [];
    await messages(file().replace('runs:', 'metric: logit_diff@3\nruns:'), nextIs({}, {}, asked));
    expect(asked.map((ids) => ids.length)).toEqual([4, 4]);
    expect(await messages(file().replace('runs:', 'metric: kl\nruns:'), nextIs({}, { [RITA]: 1 }))).toEqual(
      [],
    );
  });

  it('are sought in the first pairs only', async () => {
    const pair = '  - { clean: a, corrupt: b, answer: 1, wrong: 2 }\n';
    const asked: number[][] = [];
    await messages(`prompts:\n${pair.repeat(MOST_PAIRS + 5)}runs: [{ patch: z }]\n`, nextIs({}, {}, asked));
    expect(asked).toHaveLength(2 * MOST_PAIRS);
  });

  it('are not sought in prompts that cannot be run', async () => {
    const asked: number[][] = [];
    const long = 'a '.repeat(400);
    await messages(
      `prompts: { clean: "${long}", corrupt: b, answer: 1, wrong: 2 }\nruns: [{ patch: z }]\n`,
      nextIs({}, {}, asked),
    );
    expect(asked).toEqual([]);
  });
});

describe('answers without their leading space', () => {
  it('are told where the other token is likelier, with both probabilities', async () => {
    const text = file('', 'day');
    const [problem] = await measuredChecks(
      readExperiment(text),
      facts,
      nextIs({ ' day': 5, day: 4 }, { [HENRY]: 9 }),
    );
    expect(problem).toMatchObject({ severity: 'warning', code: 'leading-space' });
    const total = facts.dimensions.vocabulary - 2 + Math.exp(5) + Math.exp(4);
    expect(problem!.message).toContain(`${Number((Math.exp(5) / total).toPrecision(3))} against`);
    const [edit] = problem!.fixes![0]!.edits;
    expect([text.slice(edit!.start, edit!.end), edit!.text]).toEqual(['day', '" day"']);
  });

  it('are right where they are likelier', async () => {
    expect(await messages(file('', 'day'), nextIs({ day: 5, ' day': 4 }, { [HENRY]: 9 }))).toEqual([]);
  });
});

describe('answerMetric', () => {
  const logits = Float32Array.from([0, Math.log(2), Math.log(3), Math.log(4)]);

  it('has the values of the definition', () => {
    const value = (kind: 'logit' | 'logit_diff' | 'log_prob' | 'prob_diff', a: number[], b: number[] = []) =>
      answerMetric({ kind, a, b }, logits);
    expect(value('logit', [1, 3])).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
    expect(value('logit_diff', [3], [0, 1])).toBeCloseTo(Math.log(4) - Math.log(2) / 2, 6);
    expect(value('log_prob', [2, 3])).toBeCloseTo(Math.log(0.7), 6);
    expect(value('prob_diff', [3], [0])).toBeCloseTo(0.3, 6);
  });
});

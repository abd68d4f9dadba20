import { describe, expect, it } from 'vitest';
import { BACK, keep, walk } from './steps';
import type { Back, Place, Step } from './steps';

type State = Readonly<Record<string, string>>;

/** A question that gives its answers in turn; records where it stood. */
function question(
  key: string,
  answers: (string | Back | undefined)[],
  asked: string[],
  when?: (state: State) => boolean,
): Step<State> {
  return {
    ...(when ? { when } : {}),
    ask: (state: State, { step, total, first }: Place) => {
      asked.push(`${key} ${step}/${total}${first ? ' first' : ''}${state[key] ? ` had ${state[key]}` : ''}`);
      const answer = answers.shift();
      return Promise.resolve(typeof answer === 'string' ? { ...state, [key]: answer } : answer);
    },
  };
}

describe('walking through questions', () => {
  it('collects the answers in order', async () => {
    const asked: string[] = [];
    const steps = [question('site', ['z'], asked), question('metric', ['kl'], asked)];
    expect(await walk(steps, {})).toEqual({ site: 'z', metric: 'kl' });
    expect(asked).toEqual(['site 1/2 first', 'metric 2/2']);
  });

  it('ends without a result when the user gives up at any question', async () => {
    const asked: string[] = [];
    const steps = [question('site', ['z'], asked), question('metric', [undefined], asked)];
    expect(await walk(steps, {})).toBeUndefined();
  });

  it('goes back with the earlier answer still there', async () => {
    const asked: string[] = [];
    const steps = [question('site', ['z', 'pattern'], asked), question('metric', [BACK, 'kl'], asked)];
    expect(await walk(steps, {})).toEqual({ site: 'pattern', metric: 'kl' });
    expect(asked).toEqual(['site 1/2 first', 'metric 2/2', 'site 1/2 first had z', 'metric 2/2']);
  });

  it('leaves out questions that an answer has settled, forwards and backwards', async () => {
    const asked: string[] = [];
    const unlessKl = ({ metric }: State): boolean => metric !== 'kl';
    const steps = [
      question('metric', ['kl', 'loss'], asked),
      question('answer', [' Mary'], asked, unlessKl),
      question('name', [BACK, 'run'], asked),
    ];
    expect(await walk(steps, {})).toEqual({ metric: 'loss', answer: ' Mary', name: 'run' });
    expect(asked).toEqual([
      'metric 1/3 first',
      'name 2/2',
      'metric 1/2 first had kl',
      'answer 2/3',
      'name 3/3',
    ]);
  });

  it('stays at the first question that is asked when there is nothing before it', async () => {
    const asked: string[] = [];
    const steps = [question('never', [], asked, () => false), question('site', [BACK, 'z'], asked)];
    expect(await walk(steps, {})).toEqual({ site: 'z' });
    expect(asked).toEqual(['site 1/1 first', 'site 1/1 first']);
  });

  it('keeps an answer under its key, and hands on that there is none', async () => {
    const answers = [BACK, 'q', undefined] as const;
    let next = 0;
    const step = keep<State, 'site'>('site', () => Promise.resolve(answers[next++]));
    const place = { step: 1, total: 1, first: true };
    expect(await step.ask({ metric: 'kl' }, place)).toBe(BACK);
    expect(await step.ask({ metric: 'kl' }, place)).toEqual({ metric: 'kl', site: 'q' });
    expect(await step.ask({}, place)).toBeUndefined();
  });

  it('returns the start when nothing is asked', async () => {
    expect(await walk<State>([], { site: 'q' })).toEqual({ site: 'q' });
  });
});

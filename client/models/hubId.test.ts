import { describe, expect, it } from 'vitest';
import { hubIdOf, refuseHubId } from './hubId';

describe('hubIdOf', () => {
  it('takes an id as it is typed', () => {
    expect(hubIdOf(' EleutherAI/pythia-70m@step1000 ')).toBe('EleutherAI/pythia-70m@step1000');
  });

  it('reads the address of a model, and the revision that its page shows', () => {
    expect(hubIdOf('https://huggingface.co/openai-community/gpt2')).toBe('openai-community/gpt2');
    expect(hubIdOf('https://huggingface.co/gpt2/')).toBe('gpt2');
    expect(hubIdOf('https://huggingface.co/EleutherAI/pythia-70m/tree/step1000?x=1')).toBe(
      'EleutherAI/pythia-70m@step1000',
    );
    expect(hubIdOf('https://huggingface.co/openai-community/gpt2/discussions/4')).toBe(
      'openai-community/gpt2',
    );
  });
});

describe('refuseHubId', () => {
  it.each(['gpt2', 'openai-community/gpt2', 'a/b_c.d-e@refs/pr/3', 'https://huggingface.co/a/b'])(
    'accepts %s',
    (id) => {
      expect(refuseHubId(id)).toBeUndefined();
    },
  );

  it.each([
    ['', /Type the id/],
    ['a/b/c', /one slash/],
    ['/gpt2', /letters/],
    ['a/..', /letters/],
    ['../gpt2', /letters/],
    ['a/b--c', /single/],
    ['a b', /letters/],
    ['a/-b', /letters/],
    ['gpt2@', /Behind the @/],
    ['gpt2@a@b', /Behind the @/],
    ['gpt2@../x', /Behind the @/],
    [`a/${'b'.repeat(97)}`, /letters/],
  ])('refuses %s', (id, why) => {
    expect(refuseHubId(id)).toMatch(why);
  });
});

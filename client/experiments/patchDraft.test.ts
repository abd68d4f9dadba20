import { describe, expect, it } from 'vitest';
import {
  edited,
  patchSites,
  promptsOfDraft,
  readHabits,
  refusePrompts,
  sameSite,
  startDraft,
  swapped,
} from './patchDraft';

const HABITS = readHabits(undefined);
const WHOLE = { clean: 'John gave a drink to Mary.', corrupt: 'Mary gave a drink to John.' };

describe('a draft', () => {
  it('takes the last words of whole sentences as answers, until that is switched off', () => {
    const draft = startDraft(WHOLE, HABITS);
    expect(promptsOfDraft(draft)).toEqual({
      clean: 'John gave a drink to',
      corrupt: 'Mary gave a drink to',
      answer: ' Mary',
      wrong: ' John',
    });
    const off = { ...draft, lastWords: false };
    expect(promptsOfDraft(off)).toEqual(WHOLE);
    expect(promptsOfDraft(swapped(off))).toEqual({ clean: WHOLE.corrupt, corrupt: WHOLE.clean });
  });

  it('is an example where there is no text at all', () => {
    const prompts = promptsOfDraft(startDraft({ clean: null, corrupt: null }, HABITS));
    expect(prompts).toMatchObject({ answer: ' Mary', wrong: ' John' });
    expect(refusePrompts(prompts)).toBeUndefined();
  });

  it('remembers whether the second prompt has to be asked for', () => {
    const draft = startDraft({ clean: 'The capital of France is', corrupt: null }, HABITS);
    expect(draft).toMatchObject({ corrupt: '', asksCorrupt: true, lastWords: false });
    expect(edited(draft, { corrupt: 'The capital of Italy is' }).asksCorrupt).toBe(true);
  });

  it('forgets chosen answers with the prompts that they were chosen for', () => {
    const draft = { ...startDraft({ clean: 'a', corrupt: 'b' }, HABITS), answer: ' x', wrong: 4 };
    expect(swapped(draft)).toMatchObject({ clean: 'b', corrupt: 'a', answer: undefined, wrong: undefined });
    expect(edited(draft, { corrupt: 'c' })).toMatchObject({ clean: 'a', corrupt: 'c', answer: undefined });
  });

  it('takes last words as answers when an edit makes whole sentences', () => {
    const draft = startDraft({ clean: WHOLE.clean, corrupt: null }, HABITS);
    expect(edited(draft, { corrupt: WHOLE.corrupt }).lastWords).toBe(true);
  });

  it('refuses prompts that are the same', () => {
    expect(refusePrompts({ clean: 'a', corrupt: 'a' })).toMatch(/the same/);
    expect(refusePrompts({ clean: 'a', corrupt: 'a ' })).toBeUndefined();
  });
});

describe('the sites that can be patched', () => {
  it('end with the features of the dictionaries that are loaded', () => {
    const info = { name: '', path: '' };
    const sites = patchSites([
      { ...info, id: 'res2', state: 'loaded' },
      { ...info, id: 'res3', state: 'available' },
    ]);
    expect(sites[0]).toEqual({ site: 'resid_pre' });
    expect(sites.filter(({ site }) => site === 'features')).toEqual([
      { site: 'features', dictionary: 'res2' },
    ]);
  });

  it('are the same only with the same dictionary', () => {
    expect(sameSite({ site: 'features', dictionary: 'a' }, { site: 'features', dictionary: 'b' })).toBe(
      false,
    );
    expect(sameSite({ site: 'z' }, { site: 'z' })).toBe(true);
  });
});

describe('habits that were stored', () => {
  it('are read back', () => {
    const habits = {
      site: { site: 'features', dictionary: 'res2' },
      direction: 'noise',
      metric: 'kl',
    } as const;
    expect(readHabits(JSON.parse(JSON.stringify(habits)))).toEqual(habits);
    expect(readHabits({ ...habits, site: { site: 'pattern' } }).site).toEqual({ site: 'pattern' });
  });

  it('are those of the first time where they are not known', () => {
    const first = { site: { site: 'resid_pre' }, direction: 'denoise', metric: 'logit_diff' };
    expect(readHabits(null)).toEqual(first);
    expect(readHabits({ site: { site: 'features' }, direction: 1, metric: 'accuracy' })).toEqual(first);
  });
});

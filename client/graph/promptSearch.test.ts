import { describe, expect, it } from 'vitest';
import { PromptSearch } from './promptSearch';

function text(content: string) {
  const state = { version: 1, content, reads: 0 };
  const document = {
    get version() {
      return state.version;
    },
    getText: () => {
      state.reads++;
      return state.content;
    },
  };
  return { state, document };
}

describe('the search for prompts in texts', () => {
  it('reads each version of a text once for each prompt, also where it has none', () => {
    const { state, document } = text('one two three');
    const search = new PromptSearch();
    for (let times = 0; times < 3; times++) {
      expect(search.offsetIn(document, 'two')).toBe(4);
      expect(search.offsetIn(document, 'four')).toBe(-1);
    }
    expect(state.reads).toBe(2);
    [state.version, state.content] = [2, 'four two'];
    expect(search.offsetIn(document, 'two')).toBe(5);
    expect(search.offsetIn(document, 'four')).toBe(0);
    expect(state.reads).toBe(4);
  });

  it('keeps texts apart', () => {
    const search = new PromptSearch();
    expect(search.offsetIn(text('a b').document, 'b')).toBe(2);
    expect(search.offsetIn(text('b').document, 'b')).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import {
  answerName,
  answerOf,
  lastWordOf,
  lastWordsAsAnswers,
  ownTokens,
  promptPair,
  promptRemark,
} from './promptPair';

describe('the last word of a text', () => {
  it('is that of a whole sentence, with the space before it', () => {
    expect(lastWordOf('Once.\nJohn gave it to Mary!”')).toEqual({
      before: 'Once.\nJohn gave it to',
      word: ' Mary',
    });
  });

  it('is not known where the sentence goes on or has no other word', () => {
    expect(lastWordOf('John gave it to Mary')).toBeNull();
    expect(lastWordOf('Mary.')).toBeNull();
  });
});

describe('the last words of two sentences', () => {
  it('are the answers when they differ and both sentences are whole', () => {
    expect(
      lastWordsAsAnswers('Then John gave a drink to Mary.', 'Then Mary gave a “drink” to John!”'),
    ).toEqual({
      clean: 'Then John gave a drink to',
      corrupt: 'Then Mary gave a “drink” to',
      answer: ' Mary',
      wrong: ' John',
    });
  });

  it('are not taken for answers where the model is to go on', () => {
    expect(lastWordsAsAnswers('The capital of France', 'The capital of Germany')).toBeNull();
    expect(lastWordsAsAnswers('He gave it to Mary.', 'He gave it to John')).toBeNull();
  });

  it('are no answers when they are the same or alone', () => {
    expect(lastWordsAsAnswers('John gave it to Mary.', 'Peter gave it to Mary.')).toBeNull();
    expect(lastWordsAsAnswers('Mary.', 'John.')).toBeNull();
  });
});

describe('what is easily overlooked', () => {
  it('is white space at the end', () => {
    expect(promptRemark('The capital of')).toBe('');
    expect(promptRemark('The capital of ')).toMatch(/ends with a space/);
    expect(promptRemark('The capital of \n')).toMatch(/line break/);
  });
});

describe('an answer', () => {
  it('is the token’s text, or its id where the text does not name it', () => {
    expect(answerOf({ id: 7, text: ' Mary' })).toBe(' Mary');
    expect(answerOf({ id: 8, text: '\uFFFD' })).toBe(8);
    expect(answerOf({ id: 9, text: '' })).toBe(9);
  });

  it('is shown with its white space', () => {
    expect(answerName(' Mary')).toBe('“·Mary”');
    expect(answerName(12)).toBe('token 12');
  });
});

describe('the tokens of a text alone', () => {
  const bos = { id: 0, text: '<|endoftext|>' };

  it('leave out what is added before them', () => {
    const own = [
      { id: 1, text: ' Mary' },
      { id: 2, text: 'land' },
    ];
    expect(ownTokens([bos, ...own], ' Maryland')).toEqual(own);
    expect(ownTokens(own, ' Maryland')).toEqual(own);
  });

  it('are none of an empty text', () => {
    expect(ownTokens([bos], '')).toEqual([]);
  });

  it('are all when their texts do not spell it', () => {
    const split = [bos, { id: 3, text: '\uFFFD' }, { id: 4, text: '\uFFFD' }];
    expect(ownTokens(split, '🙂')).toEqual(split);
  });
});

describe('the pair of a spec', () => {
  it('has only what is known', () => {
    expect(promptPair('a', undefined, ' b', undefined)).toEqual({ clean: 'a', answer: ' b' });
    expect(promptPair('a', 'c', 5, ' d')).toEqual({ clean: 'a', corrupt: 'c', answer: 5, wrong: ' d' });
  });
});

import { expect, it } from 'vitest';
import { durationWords } from './duration';

it('is told in the unit that suits it', () => {
  expect([0, 7.6, 90, 3600, 3900].map(durationWords)).toEqual(['1 s', '8 s', '2 min', '1 h', '1 h 5 min']);
});

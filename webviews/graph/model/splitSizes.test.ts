import { expect, it } from 'vitest';
import { sideSize } from './splitSizes';

it('leaves room for both parts', () => {
  expect(sideSize(300, 1000, 140)).toBe(300);
  expect(sideSize(20, 1000, 140)).toBe(140);
  expect(sideSize(990, 1000, 140)).toBe(860);
  expect(sideSize(300, 200, 140)).toBe(100);
  expect(sideSize(20, 200, 140)).toBe(100);
});

import { describe, expect, it } from 'vitest';
import { nextFiringToken } from './firing';

const token = (
  start: number,
  activation: number,
): { start: number; end: number; surprisal: null; activations: number[] } => ({
  start,
  end: start + 2,
  surprisal: null,
  activations: [activation],
});
const tokens = [token(0, 0), token(2, 3), token(4, 0), token(6, 1)];

describe('nextFiringToken', () => {
  it('steps forwards and backwards, and round the ends', () => {
    expect(nextFiringToken(tokens, 0, 1)?.start).toBe(2);
    expect(nextFiringToken(tokens, 2, 1)?.start).toBe(6);
    expect(nextFiringToken(tokens, 6, 1)?.start).toBe(2);
    expect(nextFiringToken(tokens, 6, -1)?.start).toBe(2);
    expect(nextFiringToken(tokens, 1, -1)?.start).toBe(6);
  });

  it('stays where nothing else fires', () => {
    expect(nextFiringToken([token(0, 1)], 0, 1)).toBeUndefined();
    expect(nextFiringToken([token(0, 0)], 0, 1)).toBeUndefined();
    expect(nextFiringToken([], 0, -1)).toBeUndefined();
  });
});

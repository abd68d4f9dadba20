import { describe, expect, it } from 'vitest';
import { addSpan, covers, subtract, wantedSpans } from './spans';

const span = (start: number, end: number): { start: number; end: number } => ({ start, end });

describe('spans', () => {
  it('joins what overlaps or touches and keeps the rest apart, in order', () => {
    expect(addSpan([span(0, 2), span(10, 12)], span(2, 5))).toEqual([span(0, 5), span(10, 12)]);
    expect(addSpan([span(10, 12)], span(0, 5))).toEqual([span(0, 5), span(10, 12)]);
    expect(addSpan([span(0, 3), span(4, 6)], span(1, 5))).toEqual([span(0, 6)]);
  });

  it('covers only with one piece', () => {
    expect(covers([span(0, 5), span(6, 9)], span(1, 5))).toBe(true);
    expect(covers([span(0, 5), span(6, 9)], span(4, 7))).toBe(false);
    expect(covers([], span(3, 3))).toBe(true);
  });

  it('subtracts', () => {
    expect(subtract([span(0, 10)], [span(2, 3), span(5, 7)])).toEqual([span(0, 2), span(3, 5), span(7, 10)]);
    expect(subtract([span(0, 10)], [span(0, 10)])).toEqual([]);
  });

  it('asks for what is visible first, then for a margin within the document', () => {
    expect(wantedSpans([span(100, 200)], 1000, 80)).toEqual([span(100, 200), span(20, 100), span(200, 280)]);
    expect(wantedSpans([span(0, 400)], 450, 80)).toEqual([span(0, 400), span(400, 450)]);
  });

  it('asks once for what two editors show', () => {
    expect(wantedSpans([span(0, 50), span(40, 90)], 90, 10)).toEqual([span(0, 90)]);
  });

  it('asks for nothing in an empty document', () => {
    expect(wantedSpans([span(0, 0)], 0, 100).filter(({ start, end }) => end > start)).toEqual([]);
  });
});

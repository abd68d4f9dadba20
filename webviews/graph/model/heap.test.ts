import { expect, it } from 'vitest';
import { Heap } from './heap';

it('gives entries by ascending cost', () => {
  const heap = new Heap();
  const costs = Array.from({ length: 200 }, (_, i) => (i * 7919) % 211);
  costs.forEach((cost, item) => {
    heap.push(item, cost);
  });
  const taken: number[] = [];
  for (let next = heap.pop(); next; next = heap.pop()) {
    expect(costs[next.item]).toBe(next.cost);
    taken.push(next.cost);
  }
  expect(taken).toEqual([...costs].sort((a, b) => a - b));
  expect(heap.size).toBe(0);
});

import { describe, expect, it } from 'vitest';
import { Turns } from './turns';

describe('Turns', () => {
  it('runs one job of a key at a time, in order, whatever became of the earlier ones', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const job =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} starts`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const failing = turns.take('k', job('a', true));
    const after = turns.take('k', job('b'));
    const other = turns.take('other', job('c'));
    await expect(failing).rejects.toThrow('a');
    expect(await after).toBe('b');
    expect(await other).toBe('c');
    expect(log.filter((line) => !line.startsWith('c'))).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
    expect(log.indexOf('c starts')).toBeLessThan(log.indexOf('a ends'));
  });
});

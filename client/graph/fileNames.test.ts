import { describe, expect, it } from 'vitest';
import { isGraphFile, nameFor } from './fileNames';

describe('names of graph files', () => {
  it('are the last words of the prompt', () => {
    expect(nameFor('Fact: the capital of France is', 1)).toBe('why-fact-the-capital-of-france-is.graph.json');
    expect(nameFor('Fact: the capital of France is', 2)).toBe(
      'why-fact-the-capital-of-france-is-2.graph.json',
    );
    const long = nameFor(`${'word '.repeat(30)}at the end`, 1);
    expect(long).toMatch(/-at-the-end\.graph\.json$/);
    expect(long.length).toBeLessThan(60);
  });

  it('hold nothing but letters and digits of any script', () => {
    expect(nameFor('../../etc/passwd\n"<b>"', 1)).toBe('why-etc-passwd-b.graph.json');
    expect(nameFor('Die Straße 東京', 1)).toBe('why-die-straße-東京.graph.json');
    expect(nameFor('!?', 1)).toBe('why-this.graph.json');
    expect(nameFor('x'.repeat(100), 1)).toBe('why-this.graph.json');
  });

  it('are known by their end', () => {
    expect(isGraphFile('/a/why.graph.json')).toBe(true);
    expect(isGraphFile('/a/dallas.json')).toBe(false);
  });
});

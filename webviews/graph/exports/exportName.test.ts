import { describe, expect, it } from 'vitest';
import { exportName } from './exportName';

describe('exportName', () => {
  it('is a name for any file system, in any script', () => {
    expect(exportName('../a/b: Änderung?', 'graph')).toBe('a_b_Änderung-graph');
    expect(exportName('///', 'subgraph')).toBe('graph-subgraph');
    expect(exportName('x'.repeat(500), 'graph').length).toBeLessThan(80);
  });
});

import { describe, expect, it } from 'vitest';
import type { FeatureDashboard } from '../../protocol/dashboard';
import { asCsv, asJson } from './exports';

const dashboard: FeatureDashboard = {
  feature: { dictionary: 'demo/resid post', index: 7 },
  label: { text: 'capital', source: 'dictionary', precision: 0.9 },
  dictionary: { name: 'resid', kind: 'topk', hookPoint: 'blocks.1.hook_resid_post' },
  logits: { top: [{ id: 1, text: ' Rome', logit: 2.5 }], bottom: [{ id: 2, text: '=1+1', logit: -1 }] },
  nearest: [{ feature: { dictionary: 'demo/resid post', index: 9 }, label: null, cosine: 0.5 }],
  statistics: {
    corpus: 'demo',
    tokens: 100,
    active: 3,
    max: 4,
    histogram: { edges: [0, 2, 4], counts: [2, 1] },
    contexts: [{ tokens: ['say "hi",', ' now\n'], activations: [0, 4], peak: 1, location: null }],
    complete: true,
  },
};

describe('asJson', () => {
  it('keeps everything', () => {
    const { name, text } = asJson(dashboard);
    expect(name).toBe('demo_resid_post-7.json');
    expect(JSON.parse(text)).toEqual(dashboard);
  });
});

describe('asCsv', () => {
  const lines = asCsv(dashboard).text.split('\r\n');

  it('has a row for every number, with quotes where they are needed', () => {
    expect(lines).toEqual([
      'table,rank,from,to,name,value',
      'top logit,1,,," Rome",2.5',
      "bottom logit,1,,,'=1+1,-1",
      'nearest,1,,,demo/resid post#9,0.5',
      'histogram,1,0,2,tokens,2',
      'histogram,2,2,4,tokens,1',
      'context,1,,,"say ""hi"", now\n",4',
      '',
    ]);
  });

  it('is only a heading for a dashboard that is still empty', () => {
    const { text } = asCsv({ ...dashboard, logits: null, nearest: [], statistics: null });
    expect(text).toBe('table,rank,from,to,name,value\r\n');
  });
});

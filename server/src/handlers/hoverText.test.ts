import { describe, expect, it } from 'vitest';
import { whyLink } from '../../../protocol/commands';
import type { TokenReading } from '../../../protocol/documents';
import { escapeMarkdown, hoverText } from './hoverText';

const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };

function reading(changes: Partial<TokenReading> = {}): TokenReading {
  return {
    textDocument: { uri: 'file:///a.txt', version: 1 },
    token: { id: 42, text: ' gave' },
    range: place,
    position: 3,
    window: { tokens: 12, span: { start: 0, end: 40 } },
    surprisal: 1.25,
    rank: 3,
    predictions: [{ id: 1, text: ' went', probability: 0.4 }],
    dictionaries: [
      {
        dictionary: 'resid_post.0',
        active: 2,
        features: [
          {
            feature: { dictionary: 'resid_post.0', index: 7 },
            label: { text: 'verb of giving', source: 'dictionary', precision: 0.97 },
            activation: 4.25,
          },
          { feature: { dictionary: 'resid_post.0', index: 8 }, label: null, activation: 0.5 },
        ],
      },
    ],
    ...changes,
  };
}

describe('hoverText', () => {
  it('shows the token, what was expected and the features with their actions', () => {
    const text = hoverText(reading());
    expect(text).toContain('**`·gave`** · id 42 · position 3 of 12');
    expect(text).toContain('Surprisal 1.25 nats, rank 3 · expected `·went` 40%');
    expect(text).toContain('| 4.25 | verb of giving (P 0.97) | resid\\_post\\.0 |');
    expect(text).toContain('| 0.5 | \\#8 |');
    expect(text).toContain('(command:featurescope.openDashboard?');
  });

  it('asks for what is predicted behind the token', () => {
    const link = whyLink({ uri: 'file:///a.txt', position: { line: 0, character: 5 } });
    expect(hoverText(reading())).toContain(`[Why the next?](${link} "`);
  });

  it('says when nothing predicts the token or nothing is active', () => {
    const text = hoverText(reading({ surprisal: null, rank: null, predictions: [], dictionaries: [] }));
    expect(text).toContain('Nothing stands before it');
    expect(text).toContain('No dictionary is loaded.');
    const quiet = reading({ dictionaries: [{ dictionary: 'd', active: 0, features: [] }] });
    expect(hoverText(quiet)).toContain('No feature is active.');
  });

  it('keeps the table small', () => {
    const [dictionary] = reading().dictionaries;
    const many = Array.from({ length: 40 }, () => dictionary!);
    const rows = hoverText(reading({ dictionaries: many }))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.length).toBeLessThanOrEqual(25);
  });

  it('shows hostile labels and tokens as text', () => {
    const label = '[run](command:evil) <img src=x> | $(bug) `x` \u202Eabc\u0007\nnext';
    const hostile = reading({ token: { id: 1, text: '``|\u202E' } });
    const [first] = hostile.dictionaries;
    const features = [{ ...first!.features[0]!, label: { text: label, source: 'own' as const } }];
    const text = hoverText({ ...hostile, dictionaries: [{ ...first!, features }] });
    expect(text).not.toMatch(/[^\\]\(command:evil/);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u202E');
    expect(text).not.toContain('\u0007');
    expect(text).toContain('**``` ``|\uFFFD ```**');
    expect(text.split('\n').filter((line) => line.includes('evil')).length).toBe(1);
  });

  it('escapes what Markdown would read', () => {
    expect(escapeMarkdown('a*b_[c](d) $(x) | <e>')).toBe('a\\*b\\_\\[c\\]\\(d\\) \\$\\(x\\) \\| &lt;e&gt;');
  });
});

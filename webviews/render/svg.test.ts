import { describe, expect, it } from 'vitest';
import { svgDrawing } from './svg';

const font = { family: '\'A\' & "B"', size: 12 };

describe('svgDrawing', () => {
  it('writes what is drawn, in order, rounded to hundredths', () => {
    const { surface, finish } = svgDrawing(100, 50, 'A title', () => 0);
    surface.rectangle({ x: 1, y: 2, width: 3.14159, height: 4 }, '#abcdef');
    surface.outline({ x: 0, y: 0, width: 10, height: 10 }, '#000000', 2, [3, 1]);
    surface.line([0, 1], [2, 3], '#111111', 1);
    surface.path([['move', 0, 1], ['line', 2, 3.14159], ['close'], ['circle', 5, 5, 2]], { fill: '#333333' });
    const wave = [
      ['move', 0, 0],
      ['curve', 1, 2, 3, 4, 5, 6],
    ] as const;
    surface.path(wave, { stroke: '#444444', width: 1.5, dash: [4, 2], opacity: 0.5 });
    surface.text('up', 5, 6, { font: { ...font, bold: true }, fill: '#222222', align: 'end', upwards: true });
    expect(finish().split('\n')).toEqual([
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50" role="img">',
      '<title>A title</title>',
      '<rect x="1" y="2" width="3.14" height="4" fill="#abcdef"/>',
      '<rect x="1" y="1" width="8" height="8" fill="none" stroke="#000000" stroke-width="2" stroke-dasharray="3 1"/>',
      '<line x1="0" y1="1" x2="2" y2="3" stroke="#111111" stroke-width="1"/>',
      '<path d="M0 1L2 3.14ZM3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0" fill="#333333"/>',
      '<path d="M0 0C1 2 3 4 5 6" fill="none" stroke="#444444" stroke-width="1.5" stroke-dasharray="4 2" opacity="0.5"/>',
      '<text x="5" y="6" font-family="&#39;A&#39; &amp; &quot;B&quot;" font-size="12" font-weight="600" fill="#222222" text-anchor="end" dominant-baseline="central" xml:space="preserve" transform="rotate(-90 5 6)">up</text>',
      '</svg>',
      '',
    ]);
  });

  it('keeps texts from being read as markup, and characters that XML forbids out', () => {
    const { surface, finish } = svgDrawing(1, 1, '<script>', () => 0);
    surface.text('</text><script>alert("&")</script>\u0000\uD800\u000B', 0, 0, { font, fill: 'red' });
    const written = finish();
    expect(written).not.toContain('<script');
    expect(written).toContain(
      '&lt;/text&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;\uFFFD\uFFFD\uFFFD',
    );
  });

  it('clips, one region inside another', () => {
    const { surface, finish } = svgDrawing(9, 9, '', () => 0);
    const box = { x: 0, y: 0, width: 5, height: 5 };
    surface.clipped(box, () => {
      surface.clipped({ ...box, x: 1 }, () => {
        surface.rectangle(box, 'red');
      });
    });
    const written = finish();
    expect(written).toContain('<clipPath id="clip0"><rect x="0"');
    expect(written).toContain('<clipPath id="clip1"><rect x="1"');
    expect(written.match(/<g |<\/g>/g)).toEqual(['<g ', '<g ', '</g>', '</g>']);
  });
});

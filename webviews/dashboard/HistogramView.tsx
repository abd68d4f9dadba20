import type { VNode } from 'preact';
import type { Histogram } from '../../protocol/dashboard';
import { shortNumber } from '../../protocol/wording';
import { Button } from '../lib/controls';
import { barChart } from '../render/bars';
import { showTable, state } from './store';

const WIDTH = 320;
const HEIGHT = 110;
/** Room for the marks left of and under the drawing. */
const LEFT = 44;
const BELOW = 18;

/** Activations over the corpus, as a drawing or as its table twin. */
export function HistogramView({ histogram }: { readonly histogram: Histogram }): VNode {
  const table = state.value?.table ?? false;
  return (
    <section aria-labelledby="histogram">
      <div class="heading">
        <h2 id="histogram">Activations</h2>
        <Button
          pressed={table}
          onClick={() => {
            showTable(!table);
          }}
        >
          Table
        </Button>
      </div>
      {table ? <Table histogram={histogram} /> : <Drawing histogram={histogram} />}
    </section>
  );
}

function Drawing({ histogram }: { readonly histogram: Histogram }): VNode {
  const { bars, x, y } = barChart(histogram, WIDTH, HEIGHT);
  const box = `${-LEFT} -8 ${WIDTH + LEFT + 12} ${HEIGHT + BELOW + 8}`;
  return (
    <svg
      class="histogram"
      viewBox={box}
      role="img"
      aria-label="Histogram of the activations; the table has its numbers"
    >
      {y.map(({ at, text }) => (
        <g key={text}>
          <line class="grid" x1={0} x2={WIDTH} y1={at} y2={at} />
          <text class="mark" x={-6} y={at + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {bars.map((bar) => (
        <rect
          key={bar.x}
          class="bar"
          x={bar.x}
          y={bar.y}
          width={Math.max(0, bar.width - 1)}
          height={bar.height}
        >
          <title>{bar.label}</title>
        </rect>
      ))}
      <line class="axis" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      {x.map(({ at, text }) => (
        <text key={text} class="mark" x={at} y={HEIGHT + 14} text-anchor="middle">
          {text}
        </text>
      ))}
    </svg>
  );
}

function Table({ histogram: { edges, counts } }: { readonly histogram: Histogram }): VNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Activation</th>
          <th scope="col" class="number">
            Tokens
          </th>
        </tr>
      </thead>
      <tbody>
        {counts.map((count, i) => (
          <tr key={i}>
            <td>
              {shortNumber(edges[i] ?? 0)} – {shortNumber(edges[i + 1] ?? 0)}
            </td>
            <td class="number">{count.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

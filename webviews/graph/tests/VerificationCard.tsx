/** How far edges and interventions agree: in words, as a scatter plot, and the edges that agree least. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot, GraphVerification, VerifiedEdge } from '../../../protocol/graphs';
import { inert } from '../../lib/inert';
import { scatterPlot } from '../../render/scatter';
import { indexOf } from '../derived';
import { agreementWords, verdict } from '../model/agreement';
import { holdWords } from '../model/interventions';
import { layerMark, nodeName, short, signed } from '../model/words';
import { selectShown } from '../selection';
import type { Trial } from '../trials';
import { Card } from './Card';

/** Side of the plot, and room for its marks. */
const SIZE = 200;
const LEFT = 46;
const BELOW = 34;
const DOT = 2;
const FIRST = 10;

export function VerificationCard(props: {
  readonly trial: Extract<Trial, { kind: 'verification' }>;
  readonly graph: GraphSnapshot;
}): VNode {
  const { trial, graph } = props;
  return (
    <Card trial={trial}>
      {trial.outcomes.map((outcome, i) => (
        <Outcome key={i} outcome={outcome} graph={graph} />
      ))}
    </Card>
  );
}

function Outcome({
  outcome,
  graph,
}: {
  readonly outcome: GraphVerification;
  readonly graph: GraphSnapshot;
}): VNode {
  const { hold, nodes, features, logits, sample, worst } = outcome;
  return (
    <div class="outcome">
      <h4>
        {verdict(outcome)} <small>with {holdWords(hold)}</small>
      </h4>
      <p>
        {nodes.length} {nodes.length === 1 ? 'node was' : 'nodes were'} doubled, each by itself.
      </p>
      <p>{agreementWords('features', features)}</p>
      <p>{agreementWords('outputs', logits)}</p>
      {sample.length > 0 && <Plot sample={sample} />}
      {worst.length > 0 && <Worst worst={worst} graph={graph} />}
    </div>
  );
}

function Plot({ sample }: { readonly sample: readonly VerifiedEdge[] }): VNode {
  const { points, diagonal, x, y } = scatterPlot(
    sample.map(({ edge, effect }) => ({ x: edge, y: effect })),
    SIZE,
  );
  const [from, to] = diagonal;
  const dots = points.map(
    (point) =>
      `M${point.x - DOT} ${point.y}a${DOT} ${DOT} 0 1 0 ${2 * DOT} 0a${DOT} ${DOT} 0 1 0 ${-2 * DOT} 0`,
  );
  return (
    <svg
      class="scatter"
      viewBox={`${-LEFT} -6 ${SIZE + LEFT + 14} ${SIZE + BELOW + 6}`}
      role="img"
      aria-label={`${sample.length} edges: what the edge says across, what happened upwards. On the diagonal they are equal.`}
    >
      <rect class="frame" x={0} y={0} width={SIZE} height={SIZE} />
      <line class="equal" x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      <path class="dots" d={dots.join('')} />
      {x.map(({ at, text }) => (
        <text key={text} x={at} y={SIZE + 13} text-anchor="middle">
          {text}
        </text>
      ))}
      {y.map(({ at, text }) => (
        <text key={text} x={-5} y={at + 4} text-anchor="end">
          {text}
        </text>
      ))}
      <text x={SIZE / 2} y={SIZE + 28} text-anchor="middle">
        edge
      </text>
      <text x={0} y={0} text-anchor="middle" transform={`translate(${10 - LEFT} ${SIZE / 2}) rotate(-90)`}>
        effect
      </text>
    </svg>
  );
}

function Worst({
  worst,
  graph,
}: {
  readonly worst: readonly VerifiedEdge[];
  readonly graph: GraphSnapshot;
}): VNode {
  const [most, setMost] = useState(FIRST);
  return (
    <details>
      <summary>Edges that agree least</summary>
      <table class="worst">
        <thead>
          <tr>
            <th scope="col">From, to</th>
            <th scope="col" class="number">
              Edge
            </th>
            <th scope="col" class="number">
              Effect
            </th>
          </tr>
        </thead>
        <tbody>
          {worst.slice(0, most).map(({ source, target, edge, effect }) => (
            <tr key={`${source} ${target}`}>
              <th scope="row">
                <NodeLink graph={graph} id={source} /> → <NodeLink graph={graph} id={target} />
              </th>
              <td class="number">{signed(edge)}</td>
              <td class="number">{signed(effect)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {worst.length > most && (
        <button
          class="link"
          onClick={() => {
            setMost(worst.length);
          }}
        >
          {worst.length - most} more
        </button>
      )}
    </details>
  );
}

function NodeLink({ graph, id }: { readonly graph: GraphSnapshot; readonly id: string }): VNode {
  const index = indexOf.value.get(id);
  const node = index === undefined ? undefined : graph.nodes[index];
  if (index === undefined || !node) return <bdi>{short(inert(id), 40)}</bdi>;
  return (
    <button
      class="link"
      title={nodeName(node, graph)}
      onClick={() => {
        selectShown(index);
      }}
    >
      <bdi>{short(nodeName(node, graph), 32)}</bdi> <small>{layerMark(node.layer, graph)}</small>
    </button>
  );
}

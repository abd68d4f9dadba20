/** What followed from changing nodes: probabilities before and after, and activations that changed. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type {
  ChangedActivation,
  GraphIntervention,
  GraphSnapshot,
  TokenShift,
} from '../../../protocol/graphs';
import { shortNumber } from '../../../protocol/wording';
import { inert, inertToken } from '../../lib/inert';
import { indexOf } from '../derived';
import { holdWords } from '../model/interventions';
import { nodeName, percent, short, signed, tokenAt } from '../model/words';
import { selectShown } from '../selection';
import type { Trial } from '../trials';
import { Card } from './Card';

/** Rows before one asks for all. */
const TOKENS = 8;
const CHANGED = 12;

export function InterventionCard(props: {
  readonly trial: Extract<Trial, { kind: 'intervention' }>;
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
  readonly outcome: GraphIntervention;
  readonly graph: GraphSnapshot;
}): VNode {
  const { tokens, targets, kl, changed, hold } = outcome;
  const [first, ...others] = [...tokens].sort((a, b) => b.before - a.before);
  const winner = [...tokens].sort((a, b) => b.after - a.after)[0];
  const hasFlipped = first && winner && others.length > 0 && winner.id !== first.id;
  return (
    <div class="outcome">
      <h4>With {holdWords(hold)}</h4>
      {first && winner && (
        <p>
          {hasFlipped ? (
            <>
              The prediction changed from <Token token={first} /> to <Token token={winner} />.
            </>
          ) : (
            <>
              <Token token={first} /> stays the likeliest.
            </>
          )}{' '}
          <span title="Kullback-Leibler divergence of the new distribution from the old one">
            KL {shortNumber(kl)} nats.
          </span>
        </p>
      )}
      <TokenBars tokens={tokens} />
      <Targets targets={targets} graph={graph} />
      <Changed changed={changed} graph={graph} />
    </div>
  );
}

function Token({ token }: { readonly token: TokenShift }): VNode {
  return (
    <code>
      <bdi>{inertToken(token.text)}</bdi>
    </code>
  );
}

/** Each token's probability before (above) and after (below), as bars on one scale, and in numbers. */
function TokenBars({ tokens }: { readonly tokens: readonly TokenShift[] }): VNode {
  const [all, setAll] = useState(false);
  const most = Math.max(1e-9, ...tokens.flatMap(({ before, after }) => [before, after]));
  return (
    <>
      <table class="shifts">
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">
              <span class="unseen">Bars: before above, after below</span>
            </th>
            <th scope="col" class="number">
              Before
            </th>
            <th scope="col" class="number">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.slice(0, all ? tokens.length : TOKENS).map((token) => (
            <tr key={token.id}>
              <th scope="row">
                <Token token={token} />
              </th>
              <td class="bars" aria-hidden="true">
                <svg viewBox="0 0 100 14" preserveAspectRatio="none">
                  <rect class="before" x={0} y={1} height={5} width={(100 * token.before) / most} />
                  <rect class="after" x={0} y={8} height={5} width={(100 * token.after) / most} />
                </svg>
              </td>
              <td class="number">{percent(token.before)}</td>
              <td class="number">{percent(token.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {tokens.length > TOKENS && !all && (
        <button
          class="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {tokens.length - TOKENS} more tokens
        </button>
      )}
    </>
  );
}

function Targets(props: {
  readonly targets: GraphIntervention['targets'];
  readonly graph: GraphSnapshot;
}): VNode | null {
  const { targets, graph } = props;
  if (targets.length === 0) return null;
  return (
    <details>
      <summary>{targetsSummary(targets)}</summary>
      <table>
        <tbody>
          {targets.map(({ node, before, change }) => {
            const known = graph.nodes[indexOf.value.get(node) ?? -1];
            return (
              <tr key={node}>
                <th scope="row">
                  <bdi>{known ? short(nodeName(known, graph), 60) : inert(node)}</bdi>
                </th>
                {before !== null && (
                  <>
                    <td class="number">{shortNumber(before)}</td>
                    <td class="number">{shortNumber(before + change)}</td>
                  </>
                )}
                <td class="number" colSpan={before === null ? 3 : 1}>
                  {signed(change)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

/** Of a direction the change alone is known. */
function targetsSummary(targets: GraphIntervention['targets']): string {
  return targets.every(({ before }) => before === null)
    ? 'Output of the graph: change along the direction'
    : 'Outputs of the graph: logit less the mean logit';
}

function Changed(props: {
  readonly changed: readonly ChangedActivation[];
  readonly graph: GraphSnapshot;
}): VNode | null {
  const { changed, graph } = props;
  const [all, setAll] = useState(false);
  if (changed.length === 0) return <p class="hint">No other activation changed.</p>;
  return (
    <details open>
      <summary>Activations that changed most</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">At</th>
            <th scope="col" class="number">
              Before
            </th>
            <th scope="col" class="number">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {changed.slice(0, all ? changed.length : CHANGED).map((one) => (
            <tr key={`${one.layer}/${one.index}/${one.position}`}>
              <th scope="row">
                <ChangedName one={one} />
              </th>
              <td>
                <small>
                  L{one.layer} <bdi>{tokenAt(graph, one.position)}</bdi>
                </small>
              </td>
              <td class="number">{shortNumber(one.before)}</td>
              <td class="number">{shortNumber(one.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changed.length > CHANGED && !all && (
        <button
          class="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {changed.length - CHANGED} more
        </button>
      )}
    </details>
  );
}

function ChangedName({ one }: { readonly one: ChangedActivation }): VNode {
  const label = inert(one.label);
  const name = label === '' ? `#${one.index}` : label;
  const index = one.node === null ? undefined : indexOf.value.get(one.node);
  if (index === undefined) return <bdi title={name}>{short(name, 80)}</bdi>;
  return (
    <button
      class="link"
      title={name}
      onClick={() => {
        selectShown(index);
      }}
    >
      <bdi>{short(name, 80)}</bdi>
    </button>
  );
}

/** Changing nodes to see what follows: ablate, scale, swap in a group's features; and what is held meanwhile. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { SwapSource } from '../../../protocol/graphPanel';
import { Button, Dropdown } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { Menu } from '../../lib/Menu';
import type { MenuItem } from '../../lib/Menu';
import { messageOf } from '../../lib/failure';
import { NumberField } from '../../lib/NumberField';
import { scale } from '../actions';
import { HOLDS, positionsOf, swap } from '../model/interventions';
import { short, tokenAt } from '../model/words';
import { host, problem, snapshot, unable } from '../store';
import { changeable } from '../subject';
import type { Subject } from '../subject';
import { hold, intervene, running, verify } from '../trials';

export function ChangeBox({ subject }: { readonly subject: Subject }): VNode | null {
  const [factor, setFactor] = useState(2);
  const nodes = changeable(subject);
  if (nodes.length === 0) return null;
  const why = unable.value;
  const disabled = why !== null || running.value !== null;
  return (
    <section class="change" aria-label={`Change ${subject.name}`}>
      <h3>Test by changing it</h3>
      {why !== null && <p class="hint">{inert(why)}</p>}
      <p class="buttons">
        <Button
          disabled={disabled}
          title="Sets it to 0 (A)"
          onClick={() => {
            scale(subject, 0);
          }}
        >
          Ablate
        </Button>
        <span class="pair-of">
          <NumberField
            label="Factor"
            bare
            value={factor}
            step={0.5}
            onChange={setFactor}
            onEnter={() => {
              if (!disabled) scale(subject, factor);
            }}
          />
          <Button
            disabled={disabled}
            title="Multiplies its activation by this"
            onClick={() => {
              scale(subject, factor);
            }}
          >
            Scale
          </Button>
        </span>
        {!disabled && (
          <Menu
            label="Swap…"
            title="Ablates it and sets the features of a group in its stead"
            items={() => swapItems(subject, nodes)}
          />
        )}
        <Button
          disabled={disabled}
          title="Doubles each node and compares what follows with its edges"
          onClick={() => {
            verify(subject.name, { nodes, count: nodes.length, hold: 'everything' });
          }}
        >
          Verify Edges
        </Button>
      </p>
      <HoldChoice />
    </section>
  );
}

/** What stays as it was, explained. */
function HoldChoice(): VNode {
  const chosen = HOLDS.find(({ value }) => value === hold.value)!;
  return (
    <p class="hold">
      <span class="field">
        <span aria-hidden="true">Hold</span>
        <Dropdown
          label="What is held as it was"
          value={hold.value}
          options={HOLDS}
          onChange={(value) => {
            hold.value = value;
          }}
        />
      </span>
      <small>{chosen.meaning}</small>
    </p>
  );
}

async function swapItems(subject: Subject, nodes: readonly string[]): Promise<readonly MenuItem[]> {
  const graph = snapshot.value;
  if (!graph) return [];
  try {
    const sources = await host.call('swapSources', null);
    if (sources.length === 0)
      problem.value =
        'There is no group to swap in: make one in this graph, or open another with groups. Only features of the loaded transcoders can be swapped in.';
    const places = positionsOf(graph, nodes);
    return sources.flatMap((source) => [
      ...places.map((position) =>
        swapItem(subject, nodes, source, [position], `at ${tokenAt(graph, position)}`),
      ),
      ...(places.length > 1
        ? [swapItem(subject, nodes, source, places, `at all ${places.length} positions`)]
        : []),
    ]);
  } catch (error) {
    problem.value = messageOf(error);
    return [];
  }
}

function swapItem(
  subject: Subject,
  nodes: readonly string[],
  source: SwapSource,
  positions: readonly number[],
  where: string,
): MenuItem {
  const name = short(inert(source.group), 40);
  return {
    label: `“${name}” of ${short(inert(source.graph), 40)}, ${where}`,
    run: () => {
      intervene(`Swapped ${subject.name} for “${name}” ${where}`, swap(nodes, source, positions, hold.value));
    },
  };
}

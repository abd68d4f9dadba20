/** Pruning again with other thresholds, from all that is known of the graph. */
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { GRAPH_SETTINGS } from '../../../protocol/graphs';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { Button } from '../../lib/controls';
import { NumberField } from '../../lib/NumberField';
import { ask, host } from '../store';

export const pruneOpen = signal(false);

export function PruneForm({ graph }: { readonly graph: GraphSnapshot }): VNode | null {
  if (!pruneOpen.value) return null;
  return <Form graph={graph} />;
}

function Form({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const [thresholds, setThresholds] = useState(graph.thresholds ?? GRAPH_SETTINGS.thresholds);
  const inRange = (share: number): boolean => share > 0 && share <= 1;
  const valid = inRange(thresholds.node) && inRange(thresholds.edge);
  return (
    <div class="banner prune">
      <p>
        Keep the nodes that together carry this share of all influence, and of what is left the edges that
        carry this share. 1 keeps all.
        {graph.thresholds
          ? ` Now ${graph.thresholds.node} and ${graph.thresholds.edge}.`
          : ' What this graph was pruned with is not known.'}
      </p>
      <NumberField
        label="Nodes"
        value={thresholds.node}
        min={0}
        step={0.05}
        onChange={(node) => {
          setThresholds({ ...thresholds, node });
        }}
      />
      <NumberField
        label="Edges"
        value={thresholds.edge}
        min={0}
        step={0.01}
        onChange={(edge) => {
          setThresholds({ ...thresholds, edge });
        }}
      />
      <Button
        primary
        disabled={!valid}
        {...(valid ? {} : { title: 'Shares are above 0 and at most 1' })}
        onClick={() => {
          ask(host.call('prune', thresholds, 0), 'Pruned.');
        }}
      >
        Prune
      </Button>
      <Button
        onClick={() => {
          pruneOpen.value = false;
        }}
      >
        Close
      </Button>
    </div>
  );
}

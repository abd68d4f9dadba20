import type { VNode } from 'preact';
import type { SteeringSetup } from '../../protocol/steeringPanel';
import { Button } from '../lib/controls';
import { Change } from './Change';
import { NumberField } from '../lib/NumberField';
import { addFeature, run, update } from './store';

/** What is continued, by which changes, and how much. */
export function Setup({ setup }: { readonly setup: SteeringSetup }): VNode {
  return (
    <section class="setup" aria-label="What is steered">
      <label class="prompt">
        <span>Prompt</span>
        <textarea
          rows={3}
          value={setup.prompt}
          spellcheck={false}
          onInput={({ currentTarget }) => {
            update({ prompt: currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
          }}
        />
      </label>
      <ul class="changes" aria-label="Changes">
        {setup.changes.map((change, i) => (
          <Change key={i} change={change} index={i} only={setup.changes.length === 1} />
        ))}
      </ul>
      <div class="drawing">
        <Button onClick={() => void addFeature()}>Add Feature…</Button>
        <NumberField
          label="Tokens"
          value={setup.tokens}
          min={1}
          step={1}
          onChange={(tokens) => {
            update({ tokens: Math.round(tokens) });
          }}
        />
        <NumberField
          label="Temperature"
          title="0 writes the likeliest token; with the same seed both texts are drawn with the same random numbers"
          value={setup.temperature}
          min={0}
          step={0.1}
          onChange={(temperature) => {
            update({ temperature });
          }}
        />
        {setup.temperature > 0 && (
          <NumberField
            label="Seed"
            value={setup.seed}
            min={0}
            step={1}
            onChange={(seed) => {
              update({ seed: Math.round(seed) });
            }}
          />
        )}
      </div>
    </section>
  );
}

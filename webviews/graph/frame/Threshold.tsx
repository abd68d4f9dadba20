/** The slider of influence. What it shows follows it from frame to frame, never faster than pictures are drawn. */
import { useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { counts, range } from '../derived';
import { update, view } from '../store';

/** Steps from the least to the greatest influence. */
const STEPS = 200;

export function Threshold({ graph }: { readonly graph: GraphSnapshot }): VNode | null {
  const { least, most } = range.value;
  const [draft, setDraft] = useState<number | null>(null);
  const frame = useRef<number | null>(null);
  const wanted = useRef(0);
  const value = draft ?? Math.min(most, Math.max(least, view.value.threshold));
  const show = (threshold: number): void => {
    wanted.current = threshold;
    setDraft(threshold);
    frame.current ??= requestAnimationFrame(() => {
      frame.current = null;
      setDraft(null);
      update({ threshold: wanted.current });
    });
  };
  // Without influences, as in files of others, all is always shown.
  if (!graph.nodes.some(({ influence }) => influence !== null)) return null;
  const words = `${counts.value.nodes.toLocaleString('en')} of ${graph.nodes.length.toLocaleString('en')} nodes`;
  return (
    <label
      class="field threshold"
      title="Nodes are shown, most influential first, until together they carry this share of all influence"
    >
      <span>Influence</span>
      <input
        type="range"
        min={least}
        max={most}
        step={(most - least) / STEPS || 'any'}
        value={value}
        aria-valuetext={`${value.toFixed(2)}, ${words}`}
        onInput={({ currentTarget }) => {
          // At the right end all is shown, whatever rounding does.
          show(currentTarget.valueAsNumber >= most ? 1 : currentTarget.valueAsNumber);
        }}
      />
      <span class="shown" aria-hidden="true">
        {value.toFixed(2)} · {words}
      </span>
    </label>
  );
}

import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { FeatureChange } from '../../protocol/steeringPanel';
import { featureName, measured, shortDictionary } from '../../protocol/wording';
import { Button, Dropdown } from '../lib/controls';
import { EXPLANATIONS, METHODS, PLACES, readPositions, sliderRange, startValue, whereOf } from './methods';
import { NumberField } from '../lib/NumberField';
import { ask, featureOf, host, removeChange, run, updateChange } from './store';

interface Props {
  readonly change: FeatureChange;
  readonly index: number;
  /** The last one cannot be removed. */
  readonly only: boolean;
}

/** One change: its feature, the method, how strong, and where. */
export function Change({ change, index, only }: Props): VNode {
  const { feature, method } = change;
  const known = featureOf(feature);
  const name = known ? featureName(known) : `#${feature.index}`;
  const scale = known?.scale ?? 1;
  return (
    <li>
      <p class="feature">
        <button
          class="link"
          title="Open the feature’s dashboard"
          onClick={() => {
            ask(host.call('openDashboard', feature));
          }}
        >
          {name}
        </button>
        <span class="facts" title={known?.hookPoint}>
          {shortDictionary(feature.dictionary)} #{feature.index}
          {known && measured(known.label) !== '' ? ` · ${measured(known.label)}` : ''}
        </span>
      </p>
      <div class="controls">
        <span title={EXPLANATIONS[method]}>
          <Dropdown
            label={`Method for ${name}`}
            value={method}
            options={METHODS}
            onChange={(chosen) => {
              updateChange(index, { method: chosen, value: startValue(chosen, scale) });
            }}
          />
        </span>
        <Strength change={change} index={index} scale={scale} name={name} />
        <Places change={change} index={index} name={name} />
        {!only && (
          <Button
            onClick={() => {
              removeChange(index);
            }}
          >
            Remove
          </Button>
        )}
      </div>
    </li>
  );
}

function Strength(props: {
  readonly change: FeatureChange;
  readonly index: number;
  readonly scale: number;
  readonly name: string;
}): VNode | null {
  const { change, index, scale, name } = props;
  const range = sliderRange(change, scale);
  if (!range) return null;
  const set = (value: number): void => {
    updateChange(index, { value });
  };
  return (
    <span class="strength">
      <input
        type="range"
        aria-label={`Strength for ${name}`}
        {...range}
        value={change.value}
        onInput={({ currentTarget }) => {
          set(Number(currentTarget.valueAsNumber.toPrecision(3)));
        }}
      />
      <NumberField label={`Value for ${name}`} bare value={change.value} onChange={set} onEnter={run} />
    </span>
  );
}

function Places(props: {
  readonly change: FeatureChange;
  readonly index: number;
  readonly name: string;
}): VNode {
  const { change, index, name } = props;
  const where = whereOf(change);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? (typeof change.positions === 'string' ? '' : change.positions.join(', '));
  return (
    <span class="places">
      <Dropdown
        label={`Where ${name} is changed`}
        value={where}
        options={PLACES}
        onChange={(chosen) => {
          updateChange(index, { positions: chosen === 'chosen' ? [-1] : chosen });
        }}
      />
      {where === 'chosen' && (
        <input
          type="text"
          aria-label={`Positions for ${name}`}
          title="Positions of the prompt’s tokens: 0 is the first (BOS where the model has one), -1 the last"
          value={text}
          aria-invalid={readPositions(text) === null}
          onInput={({ currentTarget }) => {
            setDraft(currentTarget.value);
            const positions = readPositions(currentTarget.value);
            if (positions) updateChange(index, { positions });
          }}
          onBlur={() => {
            setDraft(null);
          }}
        />
      )}
    </span>
  );
}

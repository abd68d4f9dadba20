import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { FeatureDashboard } from '../../protocol/dashboard';
import { featureName, measured } from '../../protocol/wording';
import { Button, TextField } from '../lib/controls';
import { asCsv, asJson } from './exports';
import { ask, host, relabel } from './store';

/** What the feature is, how well its label was measured to hold, and what can be done with it. */
export function Header({ dashboard }: { readonly dashboard: FeatureDashboard }): VNode {
  const { feature, dictionary } = dashboard;
  const [editing, setEditing] = useState(false);
  return (
    <header>
      {editing ? (
        <LabelEditor
          dashboard={dashboard}
          onDone={() => {
            setEditing(false);
          }}
        />
      ) : (
        <h1>{featureName(dashboard)}</h1>
      )}
      <p class="facts">
        <span>{dictionary.name}</span>
        <span>#{feature.index}</span>
        <span>{dictionary.kind}</span>
        <code>{dictionary.hookPoint}</code>
        <LabelClaim dashboard={dashboard} />
      </p>
      <div class="actions" role="toolbar" aria-label="Actions">
        <Button
          primary
          onClick={() => {
            ask(host.call('focus', feature));
          }}
        >
          Focus
        </Button>
        <Button
          onClick={() => {
            ask(host.call('pin', feature));
          }}
        >
          Pin
        </Button>
        <Button
          onClick={() => {
            ask(host.call('findEverywhere', feature, 0));
          }}
        >
          Find Everywhere
        </Button>
        <Button
          title="Go on with the text before the cursor, as the model is and steered"
          onClick={() => {
            ask(host.call('steer', feature, 0));
          }}
        >
          Steer…
        </Button>
        <Button
          onClick={() => {
            setEditing(true);
          }}
        >
          Label…
        </Button>
        <Button
          onClick={() => {
            ask(host.call('save', asJson(dashboard), 0));
          }}
        >
          Export JSON…
        </Button>
        <Button
          onClick={() => {
            ask(host.call('save', asCsv(dashboard), 0));
          }}
        >
          Export CSV…
        </Button>
      </div>
    </header>
  );
}

function LabelClaim({ dashboard: { label } }: { readonly dashboard: FeatureDashboard }): VNode {
  if (!label) return <span>no label</span>;
  if (label.source === 'own') return <span>own label</span>;
  const claim = measured(label);
  if (claim === '') return <span>label not measured</span>;
  return <span title="Precision and recall of the label, on held-out text">label measured: {claim}</span>;
}

function LabelEditor(props: { readonly dashboard: FeatureDashboard; readonly onDone: () => void }): VNode {
  const { dashboard, onDone } = props;
  const initial = dashboard.label?.text ?? '';
  const [current] = useState({ value: initial });
  const accept = (): void => {
    onDone();
    void relabel(current.value.trim());
  };
  return (
    <div class="editor">
      <TextField
        label="Your own label"
        initial={initial}
        current={current}
        onAccept={accept}
        onCancel={onDone}
      />
      <Button primary onClick={accept}>
        Save
      </Button>
      <Button onClick={onDone}>Cancel</Button>
    </div>
  );
}

/** What a feature does wherever it fires: the logits it moves, and the texts that move it most. */
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Corpus, FeatureContext, FeatureDashboard, TokenLogit } from '../../../protocol/dashboard';
import { featureKey } from '../../../protocol/features';
import type { FeatureRef } from '../../../protocol/features';
import { activationLevel } from '../../../protocol/heat';
import { measured, shortNumber } from '../../../protocol/wording';
import { Button, ProgressRing } from '../../lib/controls';
import { inertToken } from '../../lib/inert';
import { describe, described } from '../described';

/** Time a node must rest under the selection before it is asked about, in milliseconds: walking passes many. */
const REST = 200;
const LOGITS = 6;
const CONTEXTS = 5;
const TEXTS: Readonly<Record<Corpus, string>> = {
  demo: 'the demo’s held-out text',
  workspace: 'the open workspace',
};

export function FeatureFacts({ feature }: { readonly feature: FeatureRef }): VNode {
  const key = featureKey(feature);
  useEffect(() => {
    const timer = setTimeout(() => {
      describe(feature);
    }, REST);
    return () => {
      clearTimeout(timer);
    };
  }, [key]);
  const known = described(feature);
  if (known?.state === 'failed')
    return (
      <section>
        <h3>In other texts</h3>
        <p role="alert">{known.why}</p>
        <Button
          onClick={() => {
            describe(feature);
          }}
        >
          Try Again
        </Button>
      </section>
    );
  if (known?.state !== 'known')
    return (
      <section>
        <h3>In other texts</h3>
        <p class="hint">
          <ProgressRing label="Loading" /> Logits and contexts…
        </p>
      </section>
    );
  return <Known dashboard={known.dashboard} />;
}

function Known({ dashboard }: { readonly dashboard: FeatureDashboard }): VNode {
  const { logits, statistics, label } = dashboard;
  const contexts = statistics?.contexts ?? [];
  return (
    <>
      {label && measured(label) !== '' && <p class="hint">Label measured: {measured(label)}</p>}
      {logits && (
        <section>
          <h3>Tokens it makes likelier, and less likely</h3>
          <LogitLine mark="▲" word="likelier" rows={logits.top} />
          <LogitLine mark="▼" word="less likely" rows={logits.bottom} />
        </section>
      )}
      <section>
        <h3>
          Strongest contexts{' '}
          {statistics && (
            <small>
              fires on {statistics.active.toLocaleString('en')} of {statistics.tokens.toLocaleString('en')}{' '}
              tokens of {TEXTS[statistics.corpus]}
            </small>
          )}
        </h3>
        {contexts.length === 0 ? (
          <p class="hint">
            {statistics?.active === 0 ? 'It fired on no token of the text.' : 'No text was read yet.'}
          </p>
        ) : (
          <ol class="contexts">
            {contexts.slice(0, CONTEXTS).map((context, i) => (
              <Context key={i} context={context} max={statistics?.max ?? 0} />
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function LogitLine(props: {
  readonly mark: string;
  readonly word: string;
  readonly rows: readonly TokenLogit[];
}): VNode {
  const { mark, word, rows } = props;
  return (
    <p class="logits">
      <span aria-hidden="true">{mark}</span>
      <span class="unseen">{word}:</span>
      {rows.slice(0, LOGITS).map(({ id, text, logit }) => (
        <code key={id} title={`token ${id}, ${shortNumber(logit)} per unit of activation`}>
          <bdi>{inertToken(text)}</bdi>
        </code>
      ))}
    </p>
  );
}

function Context({ context, max }: { readonly context: FeatureContext; readonly max: number }): VNode {
  const { tokens, activations, peak } = context;
  return (
    <li>
      <span class="number">{shortNumber(activations[peak] ?? 0)}</span>{' '}
      <bdi class="text">
        {tokens.map((token, i) => {
          const level = activationLevel(activations[i] ?? 0, max);
          const shown = inertToken(token).replace(/·/g, ' ');
          if (level === 0) return <span key={i}>{shown}</span>;
          return (
            <mark key={i} class={`level${level}`} title={shortNumber(activations[i] ?? 0)}>
              {shown}
            </mark>
          );
        })}
      </bdi>
    </li>
  );
}

import type { VNode } from 'preact';
import type { CorpusStatistics, FeatureContext } from '../../protocol/dashboard';
import { activationLevel } from '../../protocol/heat';
import { shortNumber } from '../../protocol/wording';
import { ask, host } from './store';

/** Stretches of text around the strongest activations, tokens coloured and underlined by level. */
export function Contexts({ statistics }: { readonly statistics: CorpusStatistics }): VNode {
  const { contexts, max, active, complete } = statistics;
  if (complete && active === 0) return <p class="empty">It fired on no token of this text.</p>;
  return (
    <ol class="contexts">
      {contexts.map((context, i) => (
        <Context key={i} context={context} max={max} />
      ))}
    </ol>
  );
}

function Context({ context, max }: { readonly context: FeatureContext; readonly max: number }): VNode {
  const { tokens, activations, peak, location } = context;
  return (
    <li>
      <span class="number">{shortNumber(activations[peak] ?? 0)}</span>
      <p class="text">
        {tokens.map((token, i) => (
          <Token key={i} text={token} activation={activations[i] ?? 0} max={max} peak={i === peak} />
        ))}
      </p>
      {location && (
        <button
          class="link"
          onClick={() => {
            ask(host.call('reveal', location));
          }}
        >
          {location.uri.slice(location.uri.lastIndexOf('/') + 1)}:{location.range.start.line + 1}
        </button>
      )}
    </li>
  );
}

function Token(props: {
  readonly text: string;
  readonly activation: number;
  readonly max: number;
  readonly peak: boolean;
}): VNode {
  const { text, activation, max, peak } = props;
  const level = activationLevel(activation, max);
  const shown = text.replace(/\n/g, '↵');
  if (level === 0) return <>{shown}</>;
  const className = `token level${level}${peak ? ' peak' : ''}`;
  return (
    <mark class={className} title={shortNumber(activation)}>
      {shown}
    </mark>
  );
}

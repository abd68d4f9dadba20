import type { VNode } from 'preact';
import type { ComparedToken } from './comparison';
import { LEVELS, tokenTitle } from './comparison';
import { compared, running, status, table } from './store';
import { TokenTable } from './TokenTable';

/** Both continuations side by side. */
export function Texts(): VNode | null {
  const comparison = compared.value;
  const { state, outcome } = status.value;
  if (!comparison || !outcome) return null;
  if (table.value) return <TokenTable comparison={comparison} />;
  const { plain, steered, apart } = comparison;
  // A text that is the unsteered one over again must not be called steered.
  const hadNoEffect = state === 'failed' && apart === null;
  return (
    <section aria-label="Continuations">
      <div class="texts">
        <Text side="plain" title="Unsteered" tokens={plain} apart={apart} />
        {!hadNoEffect && <Text side="steered" title="Steered" tokens={steered} apart={apart} />}
      </div>
      {!hadNoEffect && <Legend />}
      {outcome.notes?.map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
    </section>
  );
}

function Text(props: {
  readonly side: 'plain' | 'steered';
  readonly title: string;
  readonly tokens: readonly ComparedToken[];
  readonly apart: number | null;
}): VNode {
  const { side, title, tokens, apart } = props;
  return (
    <div class="column">
      <h2>{title}</h2>
      <p class="text">
        {tokens.map((token, i) => (
          <Token key={i} token={token} side={side} first={i === apart} />
        ))}
        {tokens.length === 0 && !running.value && <span class="empty">Nothing: the text ends at once.</span>}
      </p>
    </div>
  );
}

/** @param props.first - the first one that is not the same in both texts */
function Token(props: {
  readonly token: ComparedToken;
  readonly side: 'plain' | 'steered';
  readonly first: boolean;
}): VNode {
  const { token, side, first } = props;
  const { difference, level } = token;
  const direction = (difference ?? 0) > 0 ? 'raised' : 'lowered';
  const classes = ['token', ...(level > 0 ? [direction, `level${level}`] : []), ...(first ? ['apart'] : [])];
  const title = `${tokenTitle(token, side)}${first ? '. From here on the texts differ' : ''}`;
  return (
    <span class={classes.join(' ')} title={title}>
      {token.token.text.replace(/\n/g, '↵\n')}
    </span>
  );
}

function Legend(): VNode {
  return (
    <p class="legend">
      <span class="token raised level3">likelier</span> or{' '}
      <span class="token lowered level3">less likely</span> when steered, by {LEVELS.join(', ')} nats or more;{' '}
      <span class="token apart" /> the texts part. Hover a token for its numbers.
    </p>
  );
}

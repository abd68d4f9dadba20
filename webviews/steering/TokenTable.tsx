import type { VNode } from 'preact';
import { shortNumber, tokenName } from '../../protocol/wording';
import type { ComparedToken, Comparison } from './comparison';
import { signed } from './comparison';

/** The same as a table, for screen readers and for exact numbers. */
export function TokenTable({ comparison }: { readonly comparison: Comparison }): VNode {
  const { plain, steered } = comparison;
  const rows = Array.from({ length: Math.max(plain.length, steered.length) }, (_, i) => i);
  return (
    <table class="tokens">
      <caption>Tokens with their log-probabilities, in nats</caption>
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col">Unsteered text</th>
          <th scope="col" class="number">
            ln p
          </th>
          <th scope="col">Steered text</th>
          <th scope="col" class="number">
            ln p
          </th>
          <th scope="col" class="number">
            ln p unsteered
          </th>
          <th scope="col" class="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((i) => (
          <Row key={i} index={i} plain={plain[i]} steered={steered[i]} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  readonly index: number;
  readonly plain: ComparedToken | undefined;
  readonly steered: ComparedToken | undefined;
}): VNode {
  const { index, plain, steered } = props;
  const difference = steered?.difference ?? null;
  return (
    <tr>
      <th scope="row">{index + 1}</th>
      <td>{plain ? tokenName(plain.token.text) : ''}</td>
      <td class="number">{plain ? shortNumber(plain.token.logProb) : ''}</td>
      <td>{steered ? tokenName(steered.token.text) : ''}</td>
      <td class="number">{steered ? shortNumber(steered.token.logProb) : ''}</td>
      <td class="number">
        {steered && difference !== null ? shortNumber(steered.token.logProb - difference) : ''}
      </td>
      <td class="number">{difference === null ? '' : signed(difference)}</td>
    </tr>
  );
}

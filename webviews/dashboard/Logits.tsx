import type { VNode } from 'preact';
import type { FeatureDashboard, TokenLogit } from '../../protocol/dashboard';
import { shortNumber, tokenName } from '../../protocol/wording';

/** What the feature makes the model say more and less, when it writes to the residual stream. */
export function Logits({ dashboard: { logits } }: { readonly dashboard: FeatureDashboard }): VNode {
  return (
    <section aria-labelledby="logits">
      <h2 id="logits">Direct effect on the logits</h2>
      {logits ? (
        <div class="pair">
          <Table title="More likely" rows={logits.top} />
          <Table title="Less likely" rows={logits.bottom} />
        </div>
      ) : (
        <p class="empty">
          This dictionary does not write into the residual stream, so it has no direct effect.
        </p>
      )}
    </section>
  );
}

function Table({ title, rows }: { readonly title: string; readonly rows: readonly TokenLogit[] }): VNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" class="number">
            Logit
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, text, logit }) => (
          <tr key={id}>
            <td>
              <code title={`token ${id}`}>{tokenName(text)}</code>
            </td>
            <td class="number">{shortNumber(logit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

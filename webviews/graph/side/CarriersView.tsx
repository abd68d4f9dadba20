import type { VNode } from 'preact';
import { ProgressRing } from '../../lib/controls';
import type { Carried } from '../carriers';
import { signed } from '../model/words';

/** Heads shown; the rest is summed. */
const MOST = 6;

/** How much of an edge passed through which head. */
export function CarriersView({ carried: { carriers, why } }: { readonly carried: Carried }): VNode {
  if (why !== null)
    return (
      <p class="carriers" role="alert">
        {why}
      </p>
    );
  if (!carriers)
    return (
      <p class="carriers">
        <ProgressRing label="Computing" /> Looking through the heads…
      </p>
    );
  const { weight, direct, heads } = carriers;
  const rest = heads.slice(MOST);
  const part = (value: number): string => (weight === 0 ? '' : ` (${Math.round((100 * value) / weight)}%)`);
  return (
    <div class="carriers">
      <table>
        <caption>Of {signed(weight)}, paths through two heads counted for both</caption>
        <tbody>
          <tr>
            <th scope="row">no head</th>
            <td class="number">
              {signed(direct)}
              {part(direct)}
            </td>
          </tr>
          {heads.slice(0, MOST).map(({ layer, head, weight: share }) => (
            <tr key={`${layer}.${head}`}>
              <th scope="row">
                head {layer}.{head}
              </th>
              <td class="number">
                {signed(share)}
                {part(share)}
              </td>
            </tr>
          ))}
          {rest.length > 0 && (
            <tr>
              <th scope="row">{rest.length} other heads</th>
              <td class="number">{signed(rest.reduce((sum, head) => sum + head.weight, 0))}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

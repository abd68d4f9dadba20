import type { VNode } from 'preact';
import type { Neighbour } from '../../protocol/dashboard';
import { featureKey } from '../../protocol/features';
import { featureName } from '../../protocol/wording';
import { ask, host } from './store';

/** The features of the same dictionary whose decoder directions point most alike. */
export function Nearest({ nearest }: { readonly nearest: readonly Neighbour[] }): VNode {
  return (
    <section aria-labelledby="nearest">
      <h2 id="nearest">Nearest features</h2>
      {nearest.length === 0 ? (
        <p class="empty">None.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col" class="number">
                Cosine
              </th>
            </tr>
          </thead>
          <tbody>
            {nearest.map((neighbour) => (
              <tr key={featureKey(neighbour.feature)}>
                <td>
                  <button
                    class="link"
                    onClick={() => {
                      ask(host.call('open', neighbour.feature));
                    }}
                  >
                    {featureName(neighbour)}
                  </button>
                </td>
                <td class="number">{neighbour.cosine.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

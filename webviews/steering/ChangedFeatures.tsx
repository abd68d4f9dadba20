import type { VNode } from 'preact';
import type { SteeringOutcome } from '../../protocol/experiments';
import { shortDictionary, shortNumber } from '../../protocol/wording';
import { signed } from './comparison';
import { ask, host, status } from './store';

/** Rows shown. */
const MOST = 20;

/** The features in which the written texts differ most. */
export function ChangedFeatures({ outcome }: { readonly outcome: SteeringOutcome }): VNode | null {
  const { features, plain, steered } = outcome;
  if (status.value.state !== 'complete') return null;
  if (plain.text === steered.text)
    return <p class="empty">The texts are the same; only their log-probabilities differ.</p>;
  if (features.length === 0) return null;
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">Features that changed</h2>
      <p class="explanation">
        Mean activation over the written tokens of each text, read by the model without steering.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Dictionary</th>
            <th scope="col" class="number">
              Unsteered
            </th>
            <th scope="col" class="number">
              Steered
            </th>
            <th scope="col" class="number">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {features.slice(0, MOST).map((feature) => (
            <Row key={`${feature.dictionary}#${feature.index}`} feature={feature} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ feature }: { readonly feature: SteeringOutcome['features'][number] }): VNode {
  const { dictionary, index, label, plain, steered } = feature;
  return (
    <tr>
      <td>
        <button
          class="link"
          onClick={() => {
            ask(host.call('openDashboard', { dictionary, index }));
          }}
        >
          {label ?? `#${index}`}
        </button>
      </td>
      <td>
        {shortDictionary(dictionary)} #{index}
      </td>
      <td class="number">{shortNumber(plain)}</td>
      <td class="number">{shortNumber(steered)}</td>
      <td class="number">{signed(steered - plain)}</td>
    </tr>
  );
}

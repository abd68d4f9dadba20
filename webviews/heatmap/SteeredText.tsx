import type { VNode } from 'preact';
import type { Continuation, SteeringOutcome } from '../../protocol/experiments';
import { shortDictionary, shortNumber } from '../../protocol/wording';
import { inert, inertToken } from '../lib/inert';

/** The plain and the steered continuation side by side, and the features in which they differ. */
export function SteeredText({ steering }: { readonly steering: SteeringOutcome }): VNode {
  const { prompt, plain, steered, features } = steering;
  return (
    <section>
      <h2>Continuations</h2>
      <p class="prompt">{prompt}</p>
      <div class="pair">
        <Text title="As the model goes on" continuation={plain} />
        <Text title="Steered" continuation={steered} />
      </div>
      {features.length > 0 && (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col" class="number">
                Plain
              </th>
              <th scope="col" class="number">
                Steered
              </th>
            </tr>
          </thead>
          <tbody>
            {features.map(({ dictionary, index, label, plain: before, steered: after }) => (
              <tr key={`${dictionary}#${index}`}>
                <th scope="row">
                  {label === null ? '' : `${inert(label)} `}
                  <small>
                    {shortDictionary(dictionary)} #{index}
                  </small>
                </th>
                <td class="number">{shortNumber(before)}</td>
                <td class="number">{shortNumber(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Text(props: { readonly title: string; readonly continuation: Continuation }): VNode {
  const { title, continuation } = props;
  return (
    <div>
      <h3>{title}</h3>
      <p class="continuation" dir="ltr">
        {continuation.tokens.map(({ text, logProb }, i) => (
          <span key={i} title={`log probability ${shortNumber(logProb)}`}>
            {text === '' ? '' : inertToken(text).replaceAll('·', ' ')}
          </span>
        ))}
      </p>
    </div>
  );
}

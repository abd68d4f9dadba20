import type { VNode } from 'preact';
import type { RunResult, Verification } from '../../protocol/experiments';
import { exactNumber } from './cellFacts';
import { placeWords } from './places';
import { verificationSentence } from './verificationWords';

/** The top nodes of an attribution beside what patching them exactly gave. */
export function VerificationTable(props: {
  readonly run: RunResult;
  readonly verification: Verification;
}): VNode {
  const { run, verification } = props;
  return (
    <section>
      <h2>Checked by exact patching</h2>
      <p>{verificationSentence(verification)}</p>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col" class="number">
              Estimated change
            </th>
            <th scope="col" class="number">
              Exact change
            </th>
            <th scope="col" class="number">
              Estimate − exact
            </th>
          </tr>
        </thead>
        <tbody>
          {verification.nodes.map(({ cell, estimate, exact }) => (
            <tr key={cell.join()}>
              <th scope="row">{cell.map((place, axis) => placeWords(run, axis, place)).join(', ')}</th>
              <td class="number">{exactNumber(estimate)}</td>
              <td class="number">{exactNumber(exact)}</td>
              <td class="number">{exactNumber(exact === null ? null : estimate - exact)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

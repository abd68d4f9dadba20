import type { VNode } from 'preact';
import type { Corpus, FeatureDashboard } from '../../protocol/dashboard';
import { Button, Dropdown, ProgressRing } from '../lib/controls';
import { Contexts } from './Contexts';
import { Header } from './Header';
import { HistogramView } from './HistogramView';
import { Logits } from './Logits';
import { Nearest } from './Nearest';
import { chooseCorpus, dashboard, load, loading, problem, state } from './store';

const CORPORA: readonly { readonly value: Corpus; readonly label: string }[] = [
  { value: 'demo', label: 'the demo’s held-out text' },
  { value: 'workspace', label: 'the open workspace' },
];

/** The whole panel. */
export function App(): VNode {
  const known = dashboard.value;
  return (
    <main>
      <Problem />
      {known ? <Dashboard dashboard={known} /> : <Waiting />}
    </main>
  );
}

function Waiting(): VNode | null {
  if (!loading.value) return null;
  return (
    <p class="waiting">
      <ProgressRing label="Loading" /> Reading the feature…
    </p>
  );
}

function Problem(): VNode | null {
  if (problem.value === undefined) return null;
  return (
    <div class="problem" role="alert">
      <p>{problem.value}</p>
      <Button onClick={() => void load()}>Try Again</Button>
    </div>
  );
}

function Dashboard({ dashboard: known }: { readonly dashboard: FeatureDashboard }): VNode {
  const { statistics } = known;
  return (
    <>
      <Header dashboard={known} />
      <div class="columns">
        <section aria-labelledby="contexts">
          <div class="heading">
            <h2 id="contexts">Strongest contexts</h2>
            <Dropdown
              label="Text over which the feature is measured"
              value={state.value?.corpus ?? 'demo'}
              options={CORPORA}
              onChange={chooseCorpus}
            />
          </div>
          <Progress dashboard={known} />
          {statistics && <Contexts statistics={statistics} />}
        </section>
        <div class="side">
          {statistics && statistics.active > 0 && <HistogramView histogram={statistics.histogram} />}
          <Logits dashboard={known} />
          <Nearest nearest={known.nearest} />
        </div>
      </div>
    </>
  );
}

function Progress({ dashboard: { statistics } }: { readonly dashboard: FeatureDashboard }): VNode {
  const busy = loading.value || (statistics !== null && !statistics.complete);
  return (
    <p class="progress" role="status">
      {busy && <ProgressRing label="Reading" />}
      {statistics ? summary(statistics) : busy ? 'Reading the text…' : 'No text was read.'}
    </p>
  );
}

function summary({ tokens, active }: NonNullable<FeatureDashboard['statistics']>): string {
  const share = tokens > 0 ? ` (${((100 * active) / tokens).toPrecision(2)}%)` : '';
  return `Active on ${active.toLocaleString()} of ${tokens.toLocaleString()} tokens${share}.`;
}

import { useMemo } from 'preact/hooks';
import type { VNode } from 'preact';
import type { RunResult } from '../../protocol/experiments';
import type { Sheet } from '../../protocol/heatmapPanel';
import { Button, ProgressRing } from '../lib/controls';
import { ColourBar } from './ColourBar';
import { stopComparing } from './compareMenu';
import { Details } from './Details';
import { HeatmapCanvas } from './HeatmapCanvas';
import type { CellActions } from './HeatmapCanvas';
import { inert } from '../lib/inert';
import { Expectations, Notes } from './Notes';
import { enterCell } from './actions';
import { Ended, Progress } from './Progress';
import { SteeredText } from './SteeredText';
import { firstRefinement } from './refineFocus';
import {
  frontRun,
  frontSheet,
  frontSpec,
  notice,
  otherRun,
  plane,
  problem,
  reading,
  started,
  view,
} from './store';
import { TableTwin } from './TableTwin';
import { Tabs } from './Tabs';
import { Toolbar } from './Toolbar';
import { VerificationTable } from './VerificationTable';
import { caveats } from './reading';
import { metricSentence, runSentence, tabTitle } from './words';

/** The whole panel. */
export function App(): VNode {
  const sheet = frontSheet.value;
  return (
    <main>
      <Problem />
      {sheet ? <SheetView sheet={sheet} /> : <Waiting />}
    </main>
  );
}

function Waiting(): VNode | null {
  if (started.value) return null;
  return (
    <p class="waiting">
      <ProgressRing label="Loading" /> Opening…
    </p>
  );
}

function Problem(): VNode | null {
  if (problem.value === null)
    return (
      <p class="notice" role="status">
        {notice.value ?? ''}
      </p>
    );
  return (
    <div class="problem" role="alert">
      <p>{problem.value}</p>
      <Button
        onClick={() => {
          problem.value = null;
        }}
      >
        Close
      </Button>
    </div>
  );
}

function SheetView({ sheet }: { readonly sheet: Sheet }): VNode {
  const run = frontRun.value;
  return (
    <>
      <header>
        <h1>{inert(sheet.title)}</h1>
        {run && <Summary run={run} />}
      </header>
      <Tabs />
      <Ended sheet={sheet} run={run} />
      {sheet.state !== 'empty' && <Progress sheet={sheet} run={run} />}
      {run && <RunView run={run} sheet={sheet} />}
    </>
  );
}

/** What was done, with its metric, in words; nothing of a run that did not begin. */
function Summary({ run }: { readonly run: RunResult }): VNode | null {
  if (run.state === 'failed' && run.total === 0) return null;
  return (
    <p class="summary">
      {runSentence(run, frontSpec.value)} {metricSentence(run)}
    </p>
  );
}

function RunView({ run, sheet }: { readonly run: RunResult; readonly sheet: Sheet }): VNode {
  return (
    <>
      <Map />
      <Notes run={run} />
      {run.steering && <SteeredText steering={run.steering} />}
      {run.verification && <VerificationTable run={run} verification={run.verification} />}
      <Expectations outcomes={sheet.expectations} />
      {sheet.provenance && <Provenance sheet={sheet} />}
    </>
  );
}

/** The heatmap with its controls; nothing for a run without a grid. */
function Map(): VNode | null {
  const shown = reading.value;
  const layout = plane.value;
  const actions = useMemo<CellActions>(() => ({ enter: enterCell, refine: firstRefinement }), []);
  if (!shown || !layout) return null;
  if (layout.rows.length === 0 || layout.columns.length === 0)
    return (
      <p class="empty">
        {shown.run.state === 'running' ? 'The grid is not known yet.' : 'This grid has no cells.'}
      </p>
    );
  const label = `${tabTitle(shown.run)}. Arrow keys move, Shift selects, Enter goes to the token, Shift+Enter refines.`;
  return (
    <>
      <Toolbar reading={shown} plane={layout} />
      <Comparison run={shown.run} />
      {view.value.table ? (
        <TableTwin reading={shown} plane={layout} />
      ) : (
        <HeatmapCanvas reading={shown} plane={layout} label={label} actions={actions} />
      )}
      <ColourBar reading={shown} />
      <Details reading={shown} plane={layout} />
    </>
  );
}

/** What is subtracted, and what of it is not alike; or why nothing can be. */
function Comparison({ run }: { readonly run: RunResult }): VNode | null {
  const other = otherRun.value;
  if (other === null) return null;
  const stop = <Button onClick={stopComparing}>Stop Comparing</Button>;
  if (typeof other === 'string')
    return (
      <div class="problem" role="alert">
        <p>{other}</p>
        {stop}
      </div>
    );
  return (
    <div class="comparison">
      <p>
        Difference: <strong>{tabTitle(run)}</strong> minus <strong>{tabTitle(other)}</strong>.{' '}
        {caveats(run, other).join(' ')}
      </p>
      {stop}
    </div>
  );
}

/** By what and when it was computed. */
function Provenance({ sheet }: { readonly sheet: Sheet }): VNode | null {
  const { provenance } = sheet;
  if (!provenance) return null;
  const { featurescope, onnxruntime, provider, model, started: began } = provenance;
  const when = new Date(began);
  return (
    <p class="provenance">
      {inert(model.name)} on {provider} · Featurescope {featurescope}, ONNX Runtime {onnxruntime}
      {Number.isNaN(when.getTime()) ? '' : ` · ${when.toLocaleString()}`}
    </p>
  );
}

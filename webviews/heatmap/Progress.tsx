import type { VNode } from 'preact';
import type { RunResult } from '../../protocol/experiments';
import type { Sheet } from '../../protocol/heatmapPanel';
import { Button, ProgressRing } from '../lib/controls';
import { ask, host } from './store';
import { progressWords } from './words';

/** How far the experiment is, with its end by hand; or how it ended. */
export function Progress(props: { readonly sheet: Sheet; readonly run: RunResult | undefined }): VNode {
  const { sheet, run } = props;
  const isRunning = sheet.state === 'running';
  const words = run ? progressWords(run) : (sheet.message ?? (isRunning ? 'Preparing…' : ''));
  return (
    <div class="progress">
      {isRunning && <ProgressRing label="Running" />}
      <span role="status">
        {isRunning && run?.state === 'complete' ? `${words} Other runs follow.` : words}
      </span>
      {isRunning && run && run.total > 0 && run.state === 'running' && (
        <progress max={run.total} value={run.done} aria-label="Cells" />
      )}
      {isRunning && (
        <Button
          onClick={() => {
            ask(host.call('cancel', { sheet: sheet.id }));
          }}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}

/** The experiment or this run of it could not go on, or there is nothing left of it. */
export function Ended(props: { readonly sheet: Sheet; readonly run: RunResult | undefined }): VNode | null {
  const { sheet, run } = props;
  const again = (): void => {
    ask(host.call('again', { sheet: sheet.id }));
  };
  const failure = sheet.state === 'failed' ? sheet.message : run?.state === 'failed' ? run.message : null;
  if (failure != null)
    return (
      <div class="problem" role="alert">
        <p>{failure}</p>
        <Button onClick={again}>Try Again</Button>
      </div>
    );
  if (sheet.state !== 'empty') return null;
  const { result } = sheet.origin;
  return (
    <div class="gone">
      <p>
        {result === null
          ? 'The numbers of this experiment are not kept over a reload.'
          : 'The result file could not be read.'}
      </p>
      {result === null && (
        <Button primary onClick={again}>
          Run Again
        </Button>
      )}
    </div>
  );
}

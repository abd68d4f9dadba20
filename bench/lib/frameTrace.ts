/** What a browser's main thread does in each frame, from the browser's own trace. */
import type { Browser } from 'playwright-core';

/** One frame: scripts, styles, layout, painting, rasterising of canvases and the hand-over to the compositor, in ms. */
export interface FrameCost {
  /** Time on the processor: what others on the machine do is not in it. */
  readonly processor: number;
  /** Time on the clock. */
  readonly clock: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
}

const FRAME = 'ProxyMain::BeginMainFrame';

/** The frames that were made during some work. */
export async function tracedFrames(browser: Browser, work: () => Promise<void>): Promise<FrameCost[]> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  const complete = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'cc', 'benchmark'] },
  });
  await work();
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const frames = events.filter(({ name, ph }) => name === FRAME && ph === 'X');
  if (frames.length === 0)
    throw new Error(`This browser's trace has no "${FRAME}": frames cannot be measured.`);
  return frames.map(({ dur = 0, tdur }) => ({ processor: (tdur ?? dur) / 1000, clock: dur / 1000 }));
}

/** Runs in the browser: shows a graph, moves it as a user does and says how long each frame took. */
import '@preact/signals';
import { render } from 'preact';
import type { GraphSnapshot } from '../../protocol/graphs';
import { GraphCanvas } from '../../webviews/graph/GraphCanvas';
import { NO_PATH } from '../../webviews/graph/picture';

export interface FrameRun {
  /** The node whose edges stand out. */
  readonly selected: number | null;
  /** Whether each frame's drawing is forced to end within what is timed. */
  readonly flush: boolean;
}

export interface FrameTimes {
  /** Script and drawing of each frame, in ms. */
  readonly work: readonly number[];
  /** From one frame to the next, in ms. */
  readonly intervals: readonly number[];
  /** From the first frame until the faint edges are there, in ms. */
  readonly opening: number;
}

export interface GraphPage {
  readonly measureFrames: (snapshot: GraphSnapshot, run: FrameRun) => Promise<FrameTimes>;
}

const root = document.getElementById('root')!;
const nextFrame = window.requestAnimationFrame.bind(window);
let spent = 0;
let flush = false;

/** What the picture asks for is timed; what moves it is timed by itself. */
window.requestAnimationFrame = (draw) =>
  nextFrame((time) => {
    timed(() => {
      draw(time);
      if (flush)
        root.querySelector<HTMLCanvasElement>('canvas.front')?.getContext('2d')?.getImageData(0, 0, 1, 1);
    });
  });

function timed(work: () => void): void {
  const start = performance.now();
  work();
  spent += performance.now() - start;
}

/** A frame of the script: the turn of a wheel, or nothing. */
type Turn = { readonly deltaX: number; readonly deltaY: number; readonly ctrlKey: boolean } | null;

const pan = (deltaX: number, deltaY: number): Turn => ({ deltaX, deltaY, ctrlKey: false });
const zoom = (deltaY: number): Turn => ({ deltaX: 0, deltaY, ctrlKey: true });
const repeated = (count: number, turn: Turn): Turn[] => Array.from({ length: count }, () => turn);

/** 300 frames of moving with two short rests, in which faint edges are drawn anew. */
const SCRIPT: readonly Turn[] = [
  ...repeated(40, pan(9, 4)),
  ...repeated(40, pan(-9, -4)),
  ...repeated(40, zoom(-4)),
  ...repeated(20, null),
  ...repeated(50, pan(12, -7)),
  ...repeated(50, pan(-11, 8)),
  ...repeated(50, zoom(5)),
  ...repeated(20, null),
  ...repeated(30, zoom(-6)),
];

async function measureFrames(snapshot: GraphSnapshot, run: FrameRun): Promise<FrameTimes> {
  render(null, root);
  flush = run.flush;
  const start = performance.now();
  show(snapshot, run.selected);
  await edgesShown();
  const opening = performance.now() - start;
  const element = root.querySelector<HTMLElement>('.picture')!;
  const [work, intervals]: [number[], number[]] = [[], []];
  let last = await frame();
  for (const turn of SCRIPT) {
    spent = 0;
    if (turn) timed(() => element.dispatchEvent(wheel(element, turn)));
    const time = await frame();
    work.push(spent);
    intervals.push(time - last);
    last = time;
  }
  return { work, intervals, opening };
}

function wheel(element: HTMLElement, turn: NonNullable<Turn>): WheelEvent {
  const [clientX, clientY] = [0.6 * element.clientWidth, 0.4 * element.clientHeight];
  return new WheelEvent('wheel', { ...turn, clientX, clientY, bubbles: true, cancelable: true });
}

/** The end of the next frame in which the picture draws what was asked for before. */
function frame(): Promise<number> {
  return new Promise((resolve) => {
    nextFrame((time) => {
      // Callbacks run in the order in which they were asked for; this one comes after the picture's.
      resolve(time);
    });
  });
}

async function edgesShown(): Promise<void> {
  const isShown = (): boolean =>
    [...root.querySelectorAll<HTMLCanvasElement>('.faint')].some(
      ({ style }) => style.visibility === 'visible',
    );
  while (!isShown()) await frame();
  for (let i = 0; i < 30; i++) await frame();
}

function show(snapshot: GraphSnapshot, selected: number | null): void {
  const visible = snapshot.nodes.map((_, i) => i);
  const ignore = (): void => undefined;
  render(
    <GraphCanvas
      snapshot={snapshot}
      visible={visible}
      selected={selected}
      hovered={null}
      pinned={new Set()}
      groups={[]}
      path={NO_PATH}
      cursorPosition={null}
      label="Graph"
      tip={() => ''}
      onSelect={ignore}
      onHover={ignore}
      onTogglePin={ignore}
      onOpen={ignore}
      onGoTo={ignore}
    />,
    root,
  );
}

Object.assign(window, { graphPage: { measureFrames } satisfies GraphPage });

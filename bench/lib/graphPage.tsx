/** Runs in the browser: shows a graph and moves it as a user does. */
import '@preact/signals';
import { render } from 'preact';
import type { GraphSnapshot } from '../../protocol/graphs';
import { GraphCanvas } from '../../webviews/graph/GraphCanvas';
import { NO_PATH } from '../../webviews/graph/picture';

export interface GraphPage {
  /**
   * @param selected - the node whose edges stand out
   * @returns ms until the faint edges are there
   */
  readonly open: (snapshot: GraphSnapshot, selected: number | null) => Promise<number>;
  /** Pans and zooms. @returns ms from one frame to the next */
  readonly move: () => Promise<number[]>;
}

const root = document.getElementById('root')!;

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

async function open(snapshot: GraphSnapshot, selected: number | null): Promise<number> {
  render(null, root);
  const start = performance.now();
  show(snapshot, selected);
  const isShown = (): boolean =>
    [...root.querySelectorAll<HTMLCanvasElement>('.faint')].some(
      ({ style }) => style.visibility === 'visible',
    );
  while (!isShown()) await frame();
  const opening = performance.now() - start;
  for (let i = 0; i < 30; i++) await frame();
  return opening;
}

async function move(): Promise<number[]> {
  const element = root.querySelector<HTMLElement>('.picture')!;
  const intervals: number[] = [];
  let last = await frame();
  for (const turn of SCRIPT) {
    if (turn) element.dispatchEvent(wheel(element, turn));
    const time = await frame();
    intervals.push(time - last);
    last = time;
  }
  return intervals;
}

function wheel(element: HTMLElement, turn: NonNullable<Turn>): WheelEvent {
  const [clientX, clientY] = [0.6 * element.clientWidth, 0.4 * element.clientHeight];
  return new WheelEvent('wheel', { ...turn, clientX, clientY, bubbles: true, cancelable: true });
}

function frame(): Promise<number> {
  return new Promise(requestAnimationFrame);
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
      chosen={new Set()}
      groups={[]}
      path={NO_PATH}
      cursorPosition={null}
      label="Graph"
      tip={() => ''}
      onSelect={ignore}
      onHover={ignore}
      onChoose={ignore}
      onOpen={ignore}
      onGoTo={ignore}
    />,
    root,
  );
}

Object.assign(window, { graphPage: { open, move } satisfies GraphPage });

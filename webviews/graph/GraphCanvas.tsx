/** The picture of a graph: layers upwards, positions across. Edges and nodes lie on bitmaps that are moved as a whole. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { inertToken } from '../lib/inert';
import { theme } from '../lib/theme';
import type { Point } from '../render/graphView';
import type { Size } from '../render/grid';
import { Adjacency } from './model/adjacency';
import type { PictureProps } from './picture';
import { listen } from './pictureInput';
import type { PictureActions } from './pictureInput';
import { pictureEmphasis, pictureScene } from './pictureScene';
import { PictureStage } from './pictureStage';
import type { PictureHit } from './pictureStage';
import { PictureTip } from './PictureTip';
import './picture.css';

/** What is under the mouse, and where the mouse came upon it. */
interface Pointed {
  readonly hit: PictureHit;
  readonly at: Point;
  readonly within: Size;
}

interface Latest {
  readonly current: PictureProps;
}

export function GraphCanvas(props: PictureProps): VNode {
  const { snapshot, visible, selected, hovered, pinned, chosen, groups, path, cursorPosition } = props;
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<PictureStage | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [pointed, setPointed] = useState<Pointed | null>(null);

  const adjacency = useMemo(() => new Adjacency(snapshot.nodes.length, snapshot.links), [snapshot]);
  const scene = useMemo(() => pictureScene(snapshot, visible, adjacency), [snapshot, visible, adjacency]);
  // The edges of the selected node stay while the mouse passes over others.
  const question = selected ?? hovered;
  const emphasis = useMemo(
    () => pictureEmphasis(scene, adjacency, question, { pinned, chosen, groups, path }),
    [scene, adjacency, question, pinned, chosen, groups, path],
  );

  useLayoutEffect(() => {
    const element = box.current!;
    const made = new PictureStage(element, () => {
      setPointed(null);
    });
    stage.current = made;
    const actions = actionsOf(latest, element, setPointed);
    const stopListening = listen(element, made, actions, (event) => latest.current.onKey?.(event) ?? false);
    const stopWatching = watchSize(element, made);
    return () => {
      stopListening();
      stopWatching();
      made.dispose();
    };
  }, []);
  useLayoutEffect(() => stage.current?.show(scene, theme.value), [scene, theme.value]);
  useLayoutEffect(
    () => stage.current?.mark({ selected, hovered, position: cursorPosition, emphasis }),
    [selected, hovered, cursorPosition, emphasis],
  );
  useEffect(() => connect(latest, stage.current!, box.current!), []);

  return (
    <div
      ref={box}
      class={pointed ? 'picture pointing' : 'picture'}
      role="application"
      aria-roledescription="graph"
      aria-label={props.label}
      tabIndex={0}
    >
      <canvas class="faint" />
      <canvas class="nodes" />
      <canvas class="front" />
      {pointed && <PictureTip text={tipText(pointed.hit, props)} at={pointed.at} within={pointed.within} />}
    </div>
  );
}

function tipText(hit: PictureHit, { snapshot, tip }: PictureProps): string {
  if (hit.part !== 'token') return tip(hit.node);
  return `${hit.position}: ${inertToken(snapshot.tokens[hit.position] ?? '')}`;
}

function actionsOf(
  latest: Latest,
  element: HTMLElement,
  point: (pointed: (before: Pointed | null) => Pointed | null) => void,
): PictureActions {
  return {
    select: (node) => {
      latest.current.onSelect(node);
    },
    choose: (node) => {
      latest.current.onChoose(node);
    },
    open: (node) => {
      latest.current.onOpen(node);
    },
    goTo: (position) => {
      latest.current.onGoTo(position);
    },
    hover: (hit, at) => {
      const node = hit && hit.part !== 'token' ? hit.node : null;
      if (node !== latest.current.hovered) latest.current.onHover(node);
      const within = { width: element.clientWidth, height: element.clientHeight };
      point((before) => {
        if (!hit) return null;
        return before && isSame(before.hit, hit) ? before : { hit, at, within };
      });
    },
  };
}

function isSame(a: PictureHit, b: PictureHit): boolean {
  if (a.part === 'token' || b.part === 'token')
    return a.part === 'token' && b.part === 'token' && a.position === b.position;
  return a.part === b.part && a.node === b.node;
}

function watchSize(element: HTMLElement, stage: PictureStage): () => void {
  const observer = new ResizeObserver(() => {
    stage.resize({ width: element.clientWidth, height: element.clientHeight });
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}

/** Gives the panel its hold on the picture for as long as that is shown. */
function connect(latest: Latest, stage: PictureStage, element: HTMLElement): () => void {
  const { control } = latest.current;
  if (!control) return () => undefined;
  control.current = {
    fit: () => {
      stage.fit();
    },
    zoom: (factor) => {
      stage.zoom(factor);
    },
    reveal: (node) => {
      stage.reveal(node);
    },
    zoomTo: (node) => {
      stage.zoomTo(node);
    },
    focus: () => {
      element.focus();
    },
  };
  return () => {
    control.current = null;
  };
}

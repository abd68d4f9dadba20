import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefCallback } from 'preact';
import type { Size } from '../../render/grid';
import { scaleOf, zoomedScale } from './scales';
import type { WantedScale, Zoom } from './scales';

export interface Scale {
  /** CSS pixels for each unit of the drawing. */
  readonly scale: number;
  /** Whether the user has not zoomed yet. */
  readonly isFirst: boolean;
  readonly zoom: (change: Zoom) => void;
  /** The element that the drawing stands in. */
  readonly sheet: RefCallback<HTMLDivElement>;
}

/** As much of a drawing as fits while it can be read, until the user chooses a scale. */
export function useScale(drawing: Size): Scale {
  const [sheet, setSheet] = useState<HTMLDivElement | null>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const [wanted, setWanted] = useState<WantedScale>(null);
  useLayoutEffect(() => {
    if (!sheet) return undefined;
    const observer = new ResizeObserver(() => {
      setRoom({ width: sheet.clientWidth, height: sheet.clientHeight });
    });
    observer.observe(sheet);
    return () => {
      observer.disconnect();
    };
  }, [sheet]);
  const scale = scaleOf(wanted, drawing, room);
  const zoom = (change: Zoom): void => {
    setWanted(zoomedScale(change, scale));
  };
  return { scale, isFirst: wanted === null, zoom, sheet: setSheet };
}

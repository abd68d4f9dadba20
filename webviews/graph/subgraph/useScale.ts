import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefCallback } from 'preact';
import type { Size } from '../../render/grid';

/** Labels of 13 pixels can still be read. */
const LEAST_FIT = 0.85;
const STEP = 1.25;
const LEAST = 0.2;
const MOST = 4;

export interface Scale {
  /** CSS pixels for each unit of the drawing. */
  readonly scale: number;
  readonly zoom: (change: 'nearer' | 'farther' | 'fit') => void;
  /** The element that the drawing stands in. */
  readonly sheet: RefCallback<HTMLDivElement>;
}

/** As much of a drawing as fits while it can be read, until the user chooses a scale. */
export function useScale({ width, height }: Size): Scale {
  const [sheet, setSheet] = useState<HTMLDivElement | null>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const [chosen, setChosen] = useState<number | null>(null);
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
  const fitting = Math.min(1, room.width / width, room.height / height);
  const scale = chosen ?? Math.max(LEAST_FIT, fitting);
  const zoom = (change: 'nearer' | 'farther' | 'fit'): void => {
    if (change === 'fit') setChosen(null);
    else setChosen(Math.min(MOST, Math.max(LEAST, change === 'nearer' ? scale * STEP : scale / STEP)));
  };
  return { scale, zoom, sheet: setSheet };
}

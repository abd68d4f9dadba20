/** Where everything that was read stands in the text. */
import type { Span } from '../../../../protocol/method';
import type { Field, Shape } from './shape';

/** Keys and list indices from the top of the file. */
export type Path = readonly (string | number)[];

/** Where the value at a path stands in the text, or the nearest thing around it. */
export type Locate = (path: Path) => Span;

export interface Place {
  readonly path: Path;
  /** What may stand here; null under a key that is not known. */
  readonly shape: Shape | null;
  /** The field, when it is one. */
  readonly field: Field | null;
  /** Null for items of lists and for the whole file. */
  readonly key: Span | null;
  readonly value: Span;
  /** The text, number or truth value that stands here; undefined for lists and mappings. */
  readonly scalar: unknown;
}

/** Places by path. */
export class Places {
  private readonly byPath = new Map<string, Place>();

  add(place: Place): void {
    this.byPath.set(JSON.stringify(place.path), place);
  }

  at(path: Path): Place | null {
    return this.byPath.get(JSON.stringify(path)) ?? null;
  }

  /** The smallest place around an offset, its key included. */
  around(offset: number): Place | null {
    const touches = (span: Span | null) => span !== null && span.start <= offset && offset <= span.end;
    let found: Place | null = null;
    for (const place of this.byPath.values())
      if ((touches(place.value) || touches(place.key)) && place.path.length >= (found?.path.length ?? 0))
        found = place;
    return found;
  }

  all(): Iterable<Place> {
    return this.byPath.values();
  }
}

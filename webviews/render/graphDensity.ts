/**
 * How many lines pass through each pixel, so that tens of thousands of edges are seen as what they are: few stay faint lines,
 * many become darker bundles, none hides the others. Lines are summed up in memory and turned into a picture in small
 * steps, each as short as its caller wants. Framework-free.
 */

/** From the layout to the pixels of a bitmap: pixel = scale * place + offset. */
export interface BitmapView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Lines of a graph in its layout: four numbers each, x and y of both ends. */
export interface Lines {
  readonly ends: Float32Array;
  /** How much each adds to the pixels that it passes through. */
  readonly weights: Float32Array;
}

/** How sums become a colour. */
export interface Tone {
  /** Red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
  /** Opacity of a pixel through which infinitely many lines pass. */
  readonly most: number;
  /** The sum at which half of that is reached. */
  readonly half: number;
}

const LEVELS = 4096;
/** Levels of the table for each `half`. */
const FINENESS = 256;
/** Lines and rows between two looks at the clock. */
const LINES_AT_ONCE = 64;
const ROWS_AT_ONCE = 32;
const CLEARED_AT_ONCE = 2 ** 18;

/** One picture of lines in the making. */
export class DensityDrawing {
  private readonly levels: Uint32Array;
  private readonly colours: Uint32Array<ArrayBuffer>;
  private readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  private cleared = 0;
  private nextLine = 0;
  private nextRow = 0;

  /** @param sums - memory for at least width * height numbers; it is the drawing's until that is finished */
  constructor(
    readonly width: number,
    readonly height: number,
    private readonly lines: Lines,
    private readonly view: BitmapView,
    private readonly tone: Tone,
    private readonly sums: Float32Array,
  ) {
    this.levels = levelsOf(tone);
    this.colours = new Uint32Array(ROWS_AT_ONCE * width);
    this.pixels = new Uint8ClampedArray(this.colours.buffer);
  }

  /**
   * Goes on for about a while.
   * @param isOver - asked every now and then
   * @param put - takes finished rows: the first `rows` of `pixels` (RGBA), which are those from `top` on; memory that is used again
   * @returns whether the picture is finished
   */
  step(
    isOver: () => boolean,
    put: (top: number, rows: number, pixels: Uint8ClampedArray<ArrayBuffer>) => void,
  ): boolean {
    const { sums } = this;
    const length = this.width * this.height;
    while (this.cleared < length) {
      const end = Math.min(length, this.cleared + CLEARED_AT_ONCE);
      sums.fill(0, this.cleared, end);
      this.cleared = end;
      if (isOver()) return false;
    }
    const count = this.lines.weights.length;
    while (this.nextLine < count) {
      const end = Math.min(count, this.nextLine + LINES_AT_ONCE);
      for (let i = this.nextLine; i < end; i++) this.add(i);
      this.nextLine = end;
      if (isOver()) return false;
    }
    while (this.nextRow < this.height) {
      const rows = Math.min(ROWS_AT_ONCE, this.height - this.nextRow);
      put(this.nextRow, rows, this.toned(this.nextRow, rows));
      this.nextRow += rows;
      if (isOver()) return this.nextRow >= this.height;
    }
    return true;
  }

  private toned(top: number, rows: number): Uint8ClampedArray<ArrayBuffer> {
    const first = top * this.width;
    const count = rows * this.width;
    const factor = FINENESS / this.tone.half;
    const { sums, levels, colours } = this;
    for (let i = 0; i < count; i++) {
      const sum = sums[first + i]!;
      colours[i] = sum > 0 ? levels[Math.min(LEVELS - 1, sum * factor) | 0]! : 0;
    }
    return this.pixels;
  }

  private add(line: number): void {
    const { ends, weights } = this.lines;
    const { scale, x, y } = this.view;
    const at = 4 * line;
    const [x1, y1] = [ends[at]! * scale + x, ends[at + 1]! * scale + y];
    const [x2, y2] = [ends[at + 2]! * scale + x, ends[at + 3]! * scale + y];
    const [dx, dy] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
    // A slanting line covers more of each pixel column than a level one of the same thickness.
    const value = (weights[line]! * Math.hypot(dx, dy)) / (Math.max(dx, dy) || 1);
    if (dx >= dy) this.trace(x1, y1, x2, y2, value, this.width, this.height, 1, this.width);
    else this.trace(y1, x1, y2, x2, value, this.height, this.width, this.width, 1);
  }

  /**
   * Walks pixel by pixel along the longer direction and shares the value between the two nearest pixels across.
   * @param length - pixels along, `breadth` across; `along` and `across`: from one to the next in memory
   */
  private trace(
    a1: number,
    b1: number,
    a2: number,
    b2: number,
    value: number,
    length: number,
    breadth: number,
    along: number,
    across: number,
  ): void {
    if (a1 > a2) [a1, b1, a2, b2] = [a2, b2, a1, b1];
    const slope = a2 > a1 ? (b2 - b1) / (a2 - a1) : 0;
    let first = Math.max(0, Math.ceil(a1 - 0.5));
    let last = Math.min(length - 1, Math.floor(a2 - 0.5));
    // Where the pair of pixels is inside: 0 <= b < breadth - 1.
    const start = b1 + (0.5 - a1) * slope - 0.5;
    if (slope > 0) {
      first = Math.max(first, Math.ceil(-start / slope));
      last = Math.min(last, Math.ceil((breadth - 1 - start) / slope) - 1);
    } else if (slope < 0) {
      first = Math.max(first, Math.floor((breadth - 1 - start) / slope) + 1);
      last = Math.min(last, Math.floor(-start / slope));
    } else if (start < 0 || start >= breadth - 1) return;
    const { sums } = this;
    let b = start + first * slope;
    for (let a = first, base = first * along; a <= last; a++, base += along, b += slope) {
      const whole = b | 0;
      const part = (b - whole) * value;
      const pixel = base + whole * across;
      sums[pixel]! += value - part;
      sums[pixel + across]! += part;
    }
  }
}

/** Colours of all sums, as 32-bit pixels of a little-endian machine. */
function levelsOf({ colour: [red, green, blue], most }: Tone): Uint32Array {
  return Uint32Array.from({ length: LEVELS }, (_, level) => {
    const share = (level + 0.5) / FINENESS;
    const alpha = Math.round(255 * most * (share / (share + 1)));
    return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** From derivatives by what an MLP writes to the edges of the features that write there. */
import type { DictionaryAlgebra } from '../../dictionaries/algebra';
import { Builder } from '../../graph/builder';
import type { Graph } from '../../graph/types';
import { integers } from '../feeds';
import type { ModelHost } from '../modelHost';
import { circuitSession } from './session';
import type { Tensor } from '../ort';
import type { FrozenRun, Transcoder } from './frozenRun';

/** Decoder rows that are gathered at once, in numbers. */
const MOST_GATHERED = 3 * 2 ** 20;

/**
 * `derivatives` [batch, pos, dOut], `positions` [n], `features` and `activations` [n, k] to `edges` [n, batch, k]: the derivative
 * at each position times activation times decoder row.
 */
function edgesGraph(algebra: DictionaryAlgebra): Graph {
  const b = new Builder();
  const { dOut } = algebra.config;
  const derivatives = b.input('derivatives', ['batch', 'pos', dOut]);
  const there = b.transpose(b.take(derivatives, b.input('positions', ['n'], 'int64'), 1), [1, 0, 2]);
  const rows = algebra.writtenRows(b, b.input('features', ['n', 'k'], 'int64'));
  const effects = b.matmul(there, b.transpose(rows, [0, 2, 1]));
  b.output('edges', b.mul(effects, b.reshape(b.input('activations', ['n', 'k']), ['n', 1, 'k'])));
  return b.build();
}

/**
 * Edges of the features of one layer on the first `rows` rows.
 * @param derivatives [rows, length, dOut]
 * @param write takes an edge: row, place of the feature among the sources, weight
 */
export async function featureEdges(
  host: ModelHost,
  run: FrozenRun,
  layer: number,
  derivatives: Tensor,
  write: (row: number, source: number, weight: number) => void,
): Promise<void> {
  const transcoder = run.transcoders[layer];
  const [rows, length] = derivatives.dims as [number, number, number];
  if (!transcoder || rows === 0) return;
  const session = await circuitSession(host, `edges ${transcoder.id}`, () =>
    edgesGraph(transcoder.slot.algebra),
  );
  for (const chunk of chunks(run, layer, length, transcoder)) {
    const feeds = new Map([['derivatives', derivatives], ...chunkFeeds(run, chunk)]);
    const edges = (await session.run(feeds)).get('edges')!.data as Float32Array;
    const { cells, width } = chunk;
    cells.forEach(({ first, count }, n) => {
      for (let row = 0; row < rows; row++) {
        const at = (n * rows + row) * width;
        for (let k = 0; k < count; k++) write(row, first + k, edges[at + k]!);
      }
    });
  }
}

/** The active features of one position: `count` sources from `first`. */
interface Cell {
  readonly position: number;
  readonly first: number;
  readonly count: number;
}

/** Positions whose decoder rows are gathered together, padded to the same width. */
interface Chunk {
  readonly cells: readonly Cell[];
  readonly width: number;
}

function chunks(run: FrozenRun, layer: number, length: number, { slot }: Transcoder): Chunk[] {
  const most = Math.max(1, Math.floor(MOST_GATHERED / slot.algebra.config.dOut));
  const found: Chunk[] = [];
  let cells: Cell[] = [];
  let width = 0;
  for (const cell of cellsOf(run, layer, length)) {
    const widened = Math.max(width, cell.count);
    if (cells.length > 0 && widened * (cells.length + 1) > most) {
      found.push({ cells, width });
      cells = [];
      width = 0;
    }
    cells.push(cell);
    width = Math.max(width, cell.count);
  }
  if (cells.length > 0) found.push({ cells, width });
  return found;
}

function cellsOf({ sources }: FrozenRun, layer: number, length: number): Cell[] {
  const cells: Cell[] = [];
  const end = sources.starts[layer + 1]!;
  for (let first = sources.starts[layer]!; first < end;) {
    const position = sources.positions[first]!;
    if (position >= length) break;
    let next = first + 1;
    while (next < end && sources.positions[next] === position) next++;
    cells.push({ position, first, count: next - first });
    first = next;
  }
  return cells;
}

function chunkFeeds({ sources }: FrozenRun, { cells, width }: Chunk): [string, Tensor][] {
  const features = new BigInt64Array(cells.length * width);
  const activations = new Float32Array(cells.length * width);
  cells.forEach(({ first, count }, n) => {
    for (let k = 0; k < count; k++) features[n * width + k] = BigInt(sources.indices[first + k]!);
    activations.set(sources.activations.subarray(first, first + count), n * width);
  });
  const dims = [cells.length, width];
  return [
    ['positions', integers(cells.map(({ position }) => position))],
    ['features', { data: features, dims }],
    ['activations', { data: activations, dims }],
  ];
}

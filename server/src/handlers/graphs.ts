/** Attribution graphs: opening, pruning, labelling and saving them. What is computed is in graphBuilding.ts and graphTests.ts. */
import { existsSync } from 'node:fs';
import { ErrorCode } from '../../../protocol/errors';
import {
  closeGraph,
  graphText,
  labelGraph,
  openGraph,
  type OpenedGraph,
  pruneGraph,
  readDirection,
  refreshGraph,
  saveGraph,
  type SaveGraphParams,
} from '../../../protocol/graphs';
import { prunedGraph } from '../documents/graphs/pruning';
import { savedText } from '../documents/graphs/savedText';
import { RequestError } from '../documents/requestError';
import { writeTextAtomically } from '../formats/atomicFile';
import { readDirectionFile } from '../formats/directionFile';
import { FileFormatError } from '../formats/errors';
import { labelIn, readGraphLabels } from '../formats/attributionGraph/labels';
import { LARGEST_GRAPH, readGraphFile, stampOf } from '../formats/attributionGraph/readGraph';
import { readTextFile } from '../formats/json';
import { registerGraphBuilding } from './graphBuilding';
import { GraphDesk, pathOf } from './graphDesk';
import { registerGraphTests } from './graphTests';
import { withProgress } from './progress';
import { onRequest } from './respond';
import { type Services, summaryOf } from './services';

export function registerGraphs(services: Services): void {
  const desk = new GraphDesk(services);
  const { connection } = services;
  const { graphs } = desk;
  onRequest(connection, openGraph, (params) =>
    withProgress(connection, params, 'Reading the graph', () => answer(() => open(desk, pathOf(params.uri)))),
  );
  onRequest(connection, closeGraph, ({ id }) =>
    answer(() => {
      graphs.close(id);
      return null;
    }),
  );
  onRequest(connection, refreshGraph, ({ id }) => answer(() => desk.snapshot(id)));
  onRequest(connection, pruneGraph, ({ id, thresholds }) =>
    answer(() => {
      graphs.change(id, prunedGraph(graphs.get(id), thresholds));
      return desk.snapshot(id);
    }),
  );
  onRequest(connection, labelGraph, ({ id, uri }) => answer(() => label(desk, id, pathOf(uri))));
  onRequest(connection, readDirection, ({ uri }) => answer(() => readDirectionFile(pathOf(uri))));
  onRequest(connection, graphText, ({ id, annotations }) =>
    answer(() => ({ text: textOf(desk, id, annotations) })),
  );
  onRequest(connection, saveGraph, (params) => answer(() => save(desk, params)));
  registerGraphBuilding(desk);
  registerGraphTests(desk);
}

/** What a handler throws becomes a rejection. */
async function answer<T>(job: () => T): Promise<T> {
  return Promise.resolve().then(job);
}

function open(desk: GraphDesk, path: string): OpenedGraph {
  const { graph, stamp } = readGraphFile(path);
  const id = desk.graphs.add({ graph, computation: null, isBuilding: false, pruning: null, labels: [] });
  return { snapshot: desk.snapshot(id), annotations: graph.annotations, stamp };
}

function label(desk: GraphDesk, id: number, path: string) {
  const { graph, labels } = desk.graphs.get(id);
  const read = readGraphLabels(path, graph.nodes);
  if (!graph.nodes.some((node) => labelIn(read, node) !== undefined))
    throw new FileFormatError(
      path,
      'it has no label for any feature of this graph',
      "Choose the labels of the graph's own dictionaries",
    );
  desk.graphs.change(id, { labels: [...labels, read] });
  return desk.snapshot(id);
}

function textOf(desk: GraphDesk, id: number, annotations: SaveGraphParams['annotations']): string {
  const open = desk.graphs.get(id);
  const files = open.labels;
  const sources = {
    fit: desk.fit(open),
    files,
    summaryOf: (feature: Parameters<typeof summaryOf>[1]) => summaryOf(desk.services, feature),
  };
  return savedText(open, annotations, sources);
}

function save(desk: GraphDesk, { id, uri, annotations, stamp }: SaveGraphParams): { readonly stamp: string } {
  const path = pathOf(uri);
  const text = textOf(desk, id, annotations);
  if (stamp !== null && existsSync(path) && stampOnDisk(path) !== stamp) {
    const message = `${path} was changed by another program since it was opened, and saving would lose that`;
    throw new RequestError(ErrorCode.changedOnDisk, message, {
      file: path,
      cure: 'Reload it, save under another name, or overwrite it.',
    });
  }
  writeTextAtomically(path, text);
  return { stamp: stampOf(text) };
}

/** Null for what no graph could be read from. */
function stampOnDisk(path: string): string | null {
  try {
    return stampOf(readTextFile(path, LARGEST_GRAPH));
  } catch {
    return null;
  }
}

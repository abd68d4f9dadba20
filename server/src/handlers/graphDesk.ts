/** What the requests about graphs share. */
import { ErrorCode } from '../../../protocol/errors';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { fitGraph, type GraphFit } from '../documents/graphs/graphFit';
import type { OpenGraph } from '../documents/graphs/openGraph';
import { OpenGraphs } from '../documents/graphs/openGraphs';
import { snapshotOf } from '../documents/graphs/snapshot';
import { RequestError } from '../documents/requestError';
import { filePathOf } from '../store/fileUris';
import { type Services, summaryOf } from './services';

export class GraphDesk {
  readonly graphs = new OpenGraphs();

  constructor(readonly services: Services) {}

  fit({ graph, computation }: OpenGraph): GraphFit {
    return fitGraph(graph, this.services.session.loaded, computation?.about.model.identity ?? null);
  }

  /** @throws RequestError (graph not open) */
  snapshot(id: number): GraphSnapshot {
    const open = this.graphs.get(id);
    return snapshotOf(id, open, this.fit(open), {
      summaryOf: (feature) => summaryOf(this.services, feature),
    });
  }
}

/** The path of a file. @throws RequestError when the URI names none */
export function pathOf(uri: string): string {
  const path = filePathOf(uri);
  if (path !== null) return path;
  throw new RequestError(ErrorCode.requestFailed, `${uri} is no file on this machine`, {
    cure: 'Save it to disk and open that.',
  });
}

/** The graphs that are open at the server, by their ids. */
import { ErrorCode } from '../../../../protocol/errors';
import { RequestError } from '../requestError';
import type { OpenGraph } from './openGraph';

export class OpenGraphs {
  private readonly graphs = new Map<number, OpenGraph>();
  /** Begins elsewhere in each process: an id of a server that is gone must not name another graph in the next one. */
  private last = Date.now();

  /** @returns the graph's id */
  add(graph: OpenGraph): number {
    this.graphs.set(++this.last, graph);
    return this.last;
  }

  /** @throws RequestError (graph not open) */
  get(id: number): OpenGraph {
    const found = this.graphs.get(id);
    if (found) return found;
    throw new RequestError(ErrorCode.graphNotOpen, `there is no open graph ${id}`, {
      cure: 'Open or build it again.',
    });
  }

  /** @throws RequestError (graph not open) */
  change(id: number, changes: Partial<OpenGraph>): OpenGraph {
    const changed = { ...this.get(id), ...changes };
    this.graphs.set(id, changed);
    return changed;
  }

  close(id: number): void {
    this.graphs.delete(id);
  }
}

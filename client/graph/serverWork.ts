/** What was done to a graph at the server and stands in none of its files: done again after the graph was read anew. */
import { labelGraph, pruneGraph } from '../../protocol/graphs';
import type { GraphSnapshot, GraphThresholds } from '../../protocol/graphs';
import type { Session } from '../session';

export class ServerWork {
  /** What the user pruned with; null while the graph is as it was read or built. */
  thresholds: GraphThresholds | null = null;
  /** Whether the server has it from a build. Only such a graph is saved with labels from files. */
  isComputed = false;
  /** Files of labels by their addresses, the newest last. */
  private labels: readonly string[] = [];

  /** A file of labels was taken. */
  label(uri: string): void {
    this.labels = [...this.labels.filter((other) => other !== uri), uri];
  }

  /**
   * Prunes and labels a graph that was read anew. What fails is reported, and not tried again.
   * @returns the graph with what succeeded
   */
  async again(
    read: GraphSnapshot,
    session: Pick<Session, 'call'>,
    failed: (error: unknown) => void,
  ): Promise<GraphSnapshot> {
    const { id } = read;
    const { thresholds, labels } = this;
    let known = read;
    try {
      if (thresholds) known = await session.call(pruneGraph, { id, thresholds });
    } catch (error) {
      this.thresholds = null;
      failed(error);
    }
    for (const uri of labels) {
      try {
        known = await session.call(labelGraph, { id, uri });
      } catch (error) {
        this.labels = this.labels.filter((other) => other !== uri);
        failed(error);
      }
    }
    return known;
  }
}

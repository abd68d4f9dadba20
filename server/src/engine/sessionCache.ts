/** Compiled sessions by key, least recently used out first. */
import type { CompiledGraph } from './ort';

/** Linux lets a process map 65,530 ranges unless told otherwise, and the runtime takes two for each part of a file. */
const MOST_MAPPINGS = 20_000;

export class SessionCache {
  private readonly sessions = new Map<string, CompiledGraph>();

  constructor(
    private readonly most: number,
    /** True when memory is short, so that all but the newest session should go. */
    private readonly overBudget: () => boolean,
  ) {}

  get size(): number {
    return this.sessions.size;
  }

  async get(key: string, make: () => Promise<CompiledGraph>): Promise<CompiledGraph> {
    const known = this.sessions.get(key);
    if (known) this.sessions.delete(key);
    const session = known ?? (await make());
    this.sessions.set(key, session);
    await this.shrink();
    return session;
  }

  async clear(): Promise<void> {
    for (const session of this.sessions.values()) await session.release();
    this.sessions.clear();
  }

  private async shrink(): Promise<void> {
    for (const [key, session] of this.sessions) {
      if (this.sessions.size <= 1 || !this.isTooFull()) return;
      this.sessions.delete(key);
      await session.release();
    }
  }

  private isTooFull(): boolean {
    const mappings = [...this.sessions.values()].reduce((sum, session) => sum + session.mappings, 0);
    return this.sessions.size > this.most || mappings > MOST_MAPPINGS || this.overBudget();
  }
}

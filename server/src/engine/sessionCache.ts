/** Compiled sessions by key, least recently used out first. */
import type { CompiledGraph } from './ort';

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
      if (this.sessions.size <= 1 || (this.sessions.size <= this.most && !this.overBudget())) return;
      this.sessions.delete(key);
      await session.release();
    }
  }
}

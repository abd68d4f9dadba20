/** Numbers of the graph in words; each can be opened to read what it means. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { inert } from '../../lib/inert';
import { counts } from '../derived';
import { scoreWords } from '../model/words';
import { notice, shown } from '../store';

type Opened = 'scores' | 'warnings' | 'unable';

const opened = signal<Opened | null>(null);

export function StatusLine({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const { nodes, edges } = counts.value;
  const { warnings, unable, scores, thresholds, links } = graph;
  return (
    <footer class="status">
      <Explanation graph={graph} />
      <div class="status-line">
        <span title={`${graph.nodes.length} nodes and ${links.sources.length} edges in all`}>
          {nodes.toLocaleString('en')} of {graph.nodes.length.toLocaleString('en')} nodes,{' '}
          {edges.toLocaleString('en')} of {links.sources.length.toLocaleString('en')} edges
        </span>
        {thresholds && (
          <span class="spare" title="Shares of influence that pruning kept, of nodes and of edges">
            pruned at {thresholds.node} / {thresholds.edge}
          </span>
        )}
        {scores && (
          <Opener
            what="scores"
            title={scoreWords(scores)
              .map(({ meaning }) => meaning)
              .join('\n')}
          >
            {scoreWords(scores)
              .map(({ text }) => text)
              .join(', ')}
          </Opener>
        )}
        {warnings.length > 0 && (
          <Opener what="warnings" title={warnings.map(inert).join('\n')}>
            ⚠ {warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}
          </Opener>
        )}
        {unable !== null && (
          <Opener what="unable" title={inert(unable)}>
            cannot be tested
          </Opener>
        )}
        <span class="spare where" title={inert(graph.title)}>
          {inert(shown.value?.file.name ?? 'not saved')} · {inert(graph.model)}
        </span>
        <span class="said" aria-hidden="true">
          {notice.value ?? ''}
        </span>
      </div>
    </footer>
  );
}

function Opener(props: {
  readonly what: Opened;
  readonly title: string;
  readonly children: string | string[];
}): VNode {
  const { what, title, children } = props;
  const isOpen = opened.value === what;
  return (
    <button
      class="link"
      title={title}
      aria-expanded={isOpen}
      onClick={() => {
        opened.value = isOpen ? null : what;
      }}
    >
      {children}
    </button>
  );
}

function Explanation({ graph }: { readonly graph: GraphSnapshot }): VNode | null {
  const texts = textsOf(graph, opened.value);
  if (texts.length === 0) return null;
  return (
    <ul class="explanation">
      {texts.map((text, i) => (
        <li key={i}>{inert(text)}</li>
      ))}
    </ul>
  );
}

function textsOf({ scores, warnings, unable }: GraphSnapshot, what: Opened | null): readonly string[] {
  switch (what) {
    case 'scores':
      return scores ? scoreWords(scores).map(({ meaning }) => meaning) : [];
    case 'warnings':
      return warnings;
    case 'unable':
      return unable === null ? [] : [unable];
    case null:
      return [];
  }
}

/** Graphs of the shipped demo: they show the features that the generator's tags name, and what carries the answer can be taken away. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphHold } from '../protocol/graphs';
import { nodeIds } from '../server/src/experiments/circuits/graphFile';
import { scoreCircuit } from '../server/src/experiments/circuits/scores';
import { verifyCircuit } from '../server/src/experiments/circuits/verify';
import { readGraphFile } from '../server/src/formats/attributionGraph/readGraph';
import { isHeldOut } from './corpus/generate';
import { ablate, buildDemoGraph, type DemoGraph } from './graphs/demoGraph';
import { type DemoLab, openDemoLab } from './graphs/demoLab';
import { capitalTags, dayTags } from './graphs/graphTags';
import { CAPITAL, DAY_BEFORE, NEXT_DAY, type Sentence } from './graphs/sentences';
import {
  edgesToFirstLogit,
  keptFeatures,
  otherFeatures,
  STRONGEST,
  strongestFor,
  taggedFeatures,
  tokenNode,
} from './graphs/supernodes';
import { Random } from './random';
import { shippedVariant } from './stages/variant';

const { output } = shippedVariant(1);
const workspace = join(output, 'workspace');
let lab: DemoLab;

beforeAll(async () => {
  lab = await openDemoLab(output);
});

afterAll(async () => {
  await lab.release();
});

/** The likeliest token when nodes are ablated, and what is left of the answer's probability. */
async function without(graph: DemoGraph, nodes: readonly number[], hold: GraphHold = 'nothing') {
  const { tokens } = await ablate(lab, graph, nodes, hold);
  const answer = lab.tokenizer.idOf(graph.sentence.answer);
  return {
    top: lab.tokenizer.tokenText(tokens[0]!.id),
    probability: tokens[0]!.after,
    answer: tokens.find(({ id }) => id === answer)!.after,
  };
}

/** `layer tag`, those of most influence first. */
function tagsOf(graph: DemoGraph, nodes: readonly number[]): string[] {
  return nodes.map((node) => {
    const source = graph.tested.nodes[node]!.source!;
    return `${source.kind === 'feature' ? source.layer : '-'} ${graph.tagOf(node)}`;
  });
}

function rank(graph: DemoGraph, tag: string): number {
  return 1 + keptFeatures(graph).findIndex((node) => graph.tagOf(node) === tag);
}

const seeds = [1, 2, 3];

describe.each([
  ['a capital', CAPITAL, 30],
  ['the next day', NEXT_DAY, 25],
  ['the day before', DAY_BEFORE, 50],
] as const)('the graph of %s', (_, sentence, features) => {
  let graph: DemoGraph;

  beforeAll(async () => {
    graph = await buildDemoGraph(lab, sentence);
  });

  it('explains the answer, mostly by tokens and features', () => {
    const { logits, circuit } = graph.built;
    expect(logits).toHaveLength(1);
    expect(logits[0]!.name).toContain(sentence.answer);
    expect(Math.abs(keptFeatures(graph).length - features)).toBeLessThanOrEqual(2);
    expect(scoreCircuit(circuit, graph.flow)!.replacement).toBeGreaterThan(0.8);
    expect(scoreCircuit(circuit, graph.flow)!.completeness).toBeGreaterThan(0.93);
  });

  it('has edges that agree with interventions on 100 random nodes', async () => {
    const random = new Random(3);
    const question = { nodes: null, count: 100, hold: 'everything', random: () => random.next() } as const;
    const found = await verifyCircuit(lab, graph.tested, question, new AbortController().signal);
    expect(found.nodes).toHaveLength(100);
    expect(found.features.edges).toBeGreaterThan(10_000);
    expect(found.features.within).toBe(found.features.edges);
    expect(found.features.correlation).toBeGreaterThan(0.999999);
    expect(found.logits.edges).toBe(100);
    // The tolerance may be missed by the rounding of two float32 runs (docs/graphs.md).
    expect(found.logits.maxError).toBeLessThan(3e-5);
    expect(found.logits.correlation).toBeGreaterThan(0.999999);
  });
});

describe('The capital of Spain is Madrid, and the capital of Iraq is', () => {
  let graph: DemoGraph;
  let tagged: readonly number[];
  let supernode: readonly number[];

  beforeAll(async () => {
    graph = await buildDemoGraph(lab, CAPITAL);
    tagged = taggedFeatures(graph, capitalTags);
    supernode = [tokenNode(graph, ' Iraq'), ...tagged];
  });

  it('has features whose tags say that a capital comes, and which', () => {
    expect(tagsOf(graph, tagged)).toEqual(
      expect.arrayContaining(['0 next.capitals.answer', '0 next.token: Baghdad', '2 next.word.capital']),
    );
    expect(rank(graph, 'next.capitals.answer')).toBe(1);
    expect(rank(graph, 'next.token: Baghdad')).toBeLessThanOrEqual(4);
    for (const tag of ['next.capitals.answer', 'next.token: Baghdad', 'next.word.capital'])
      expect(edgesToFirstLogit(graph).get(keptFeatures(graph)[rank(graph, tag) - 1]!)).toBeGreaterThan(0.3);
  });

  it('says the capital of the other country when token and features are ablated', async () => {
    expect(await without(graph, supernode)).toMatchObject({ top: ' Madrid' });
    expect((await without(graph, supernode)).probability).toBeGreaterThan(0.9);
    const held = await without(graph, supernode, 'attention');
    expect(held.top).not.toBe(' Baghdad');
    expect(held.answer).toBeLessThan(0.1);
  });

  it('has the answer in the token, not in the features', async () => {
    expect((await without(graph, [tokenNode(graph, ' Iraq')])).top).toBe(' Madrid');
    for (const hold of ['nothing', 'attention'] as const)
      expect((await without(graph, tagged, hold)).answer).toBeGreaterThan(0.98);
  });

  it.each(seeds)(
    'keeps its answer without the other country and as many other features: %i',
    async (seed) => {
      const others = [tokenNode(graph, ' Spain'), ...otherFeatures(graph, supernode, new Random(seed))];
      expect(others).toHaveLength(supernode.length);
      for (const hold of ['nothing', 'attention'] as const)
        expect((await without(graph, others, hold)).answer).toBeGreaterThan(0.98);
    },
  );
});

describe('If today is Thursday for Lisa, then tomorrow is', () => {
  let graph: DemoGraph;
  let tagged: readonly number[];

  beforeAll(async () => {
    graph = await buildDemoGraph(lab, NEXT_DAY);
    tagged = taggedFeatures(graph, dayTags);
  });

  it('has features in three layers whose tags say that a day comes, and the next', () => {
    expect(tagsOf(graph, tagged)).toEqual([
      '2 next.succession.day',
      '0 next.succession.nextDay',
      '1 next.word.weekday',
    ]);
  });

  it('loses the day without token and features, and keeps it without the features alone', async () => {
    const supernode = [tokenNode(graph, ' Thursday'), ...tagged];
    const lost = await without(graph, supernode);
    expect(lost.top).not.toBe(' Friday');
    expect(lost.answer).toBeLessThan(0.2);
    expect((await without(graph, supernode, 'attention')).answer).toBeLessThan(0.6);
    expect((await without(graph, tagged)).answer).toBeGreaterThan(0.98);
  });

  it.each(seeds)('keeps its answer without the name and as many other features: %i', async (seed) => {
    const others = [tokenNode(graph, ' Lisa'), ...otherFeatures(graph, tagged, new Random(seed))];
    expect((await without(graph, others)).answer).toBeGreaterThan(0.98);
  });
});

describe('On Friday Julia was at home. On the day before,', () => {
  let graph: DemoGraph;
  let choosing: readonly number[];

  beforeAll(async () => {
    graph = await buildDemoGraph(lab, DAY_BEFORE);
    choosing = strongestFor(graph, STRONGEST);
  });

  it('has a feature among those that choose whose tag says that the day before comes', () => {
    expect(tagsOf(graph, choosing)).toContain('2 next.succession.previousDay');
    expect(rank(graph, 'next.succession.previousDay')).toBeLessThanOrEqual(20);
  });

  it.each(['nothing', 'attention', 'everything'] as const)(
    'says the day after when twenty features are ablated, with %s held',
    async (hold) => {
      const after = await without(graph, choosing, hold);
      expect(after.top).toBe(' Saturday');
      expect(after.probability).toBeGreaterThan(0.85);
      expect(after.answer).toBeLessThan(0.1);
    },
  );

  it.each(seeds)('keeps the day before without twenty others of the same position: %i', async (seed) => {
    const others = otherFeatures(graph, choosing, new Random(seed));
    expect(others).toHaveLength(STRONGEST);
    for (const hold of ['nothing', 'attention'] as const)
      expect((await without(graph, others, hold)).answer).toBeGreaterThan(0.9);
  });

  it('keeps the day before without all other features that the graph shows', async () => {
    const others = keptFeatures(graph).filter((node) => !choosing.includes(node));
    expect(others.length).toBeGreaterThan(STRONGEST);
    expect((await without(graph, others)).answer).toBeGreaterThan(0.9);
  });

  it('is one of three weekday sentences of the sample in which twenty features choose the direction, of seven', async () => {
    const flipped: string[] = [];
    for (const { prompt, answer, other } of weekdaySentences) {
      const target = { kind: 'difference', a: [answer], b: [other] } as const;
      const each = await buildDemoGraph(lab, { prompt, answer, target, rest: '' });
      const { top } = await without(each, strongestFor(each, STRONGEST));
      expect([answer, other]).toContain(top);
      if (top === other) flipped.push(prompt.split(' ').slice(0, 3).join(' '));
    }
    expect(flipped).toEqual(['On Saturday Mary', 'When Brian asked', 'On Friday Julia']);
  });
});

/** All of days-and-months.txt, with the day on the other side. */
const weekdaySentences = [
  ['If today is Thursday for Lisa, then tomorrow is', ' Friday', ' Wednesday'],
  ['On Saturday Mary was at home. On the day before,', ' Friday', ' Sunday'],
  ['On Wednesday Linda worked. On the next day,', ' Thursday', ' Tuesday'],
  ['When Brian asked what comes after Friday, the teacher said it was', ' Saturday', ' Thursday'],
  ['On Friday Julia was at home. On the day before,', ' Thursday', ' Saturday'],
  ['A train left on Wednesday with Molly and came a day later, on', ' Thursday', ' Tuesday'],
  ['If today is Thursday for Karen, then tomorrow is', ' Friday', ' Wednesday'],
].map(([prompt, answer, other]) => ({ prompt: prompt!, answer: answer!, other: other! }));

describe('the graphs of the workspace', () => {
  it.each([
    ['capital', CAPITAL, ' Madrid'],
    ['day-before', DAY_BEFORE, ' Saturday'],
  ] as const)('%s has a group that carries the answer', async (name, sentence, instead) => {
    const file = join(workspace, `${name}.graph.json`);
    const { graph: read } = readGraphFile(file);
    expect(statSync(file).size).toBeLessThan(300_000);
    expect(read.warnings).toEqual([]);
    expect([read.prompt, read.origin?.target]).toEqual([sentence.prompt, sentence.target]);
    const graph = await buildDemoGraph(lab, sentence);
    const { layers, vocabulary } = lab.model.dimensions;
    const ids = nodeIds(graph.built, {
      model: { name: 'demo', identity: 'demo', layers, vocabulary },
    });
    const { groups, pinned, notes } = read.annotations;
    expect(groups).toHaveLength(1);
    expect(pinned).toEqual(expect.arrayContaining([...groups[0]!.members]));
    expect(Object.values(notes).join()).toMatch(/Ablate the group/);
    const members = groups[0]!.members.map((id) => ids.indexOf(id));
    expect(members).not.toContain(-1);
    expect((await without(graph, members)).top).toBe(instead);
  });

  it.each([
    ['capital.txt', CAPITAL],
    ['day-before.txt', DAY_BEFORE],
    ['days-and-months.txt', NEXT_DAY],
  ] as const)('%s has the sentence, and the answer behind it', (file, { prompt, answer, rest }: Sentence) => {
    expect(readFileSync(join(workspace, file), 'utf8')).toContain(`${prompt}${answer}${rest}`);
  });

  it('are of combinations that did not occur in training', () => {
    for (const combination of ['capitals:Iraq+Spain', 'succession:Lisa+Thursday', 'succession:Friday+Julia'])
      expect(isHeldOut(combination), combination).toBe(true);
  });
});

import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessingFlag } from '../../server/src/models/family';
import { fixturePath, type MetricFixture, readTensors, type ReferenceTensors } from './fixtures';

/** index.json of a fixture of any family (test/reference/README.md, "Families"). File names are relative to its folder. */
export interface FamilyFixture {
  /** Folder under `families/`. */
  readonly name: string;
  readonly family: string;
  readonly description: string;
  /** Checkpoint folder. */
  readonly model: string;
  /** `config` or `weights`, where that is what differs from another fixture. */
  readonly written?: 'config' | 'weights';
  /** Another fixture, whose folder has the rest of the checkpoint. */
  readonly weights?: string;
  /** Another fixture of the same weights, which has the values; this one is another way to write them down. */
  readonly values?: string;
}

/** What the reference computes on a checkpoint. */
export interface FamilyValues {
  readonly sequences: readonly { name: string; tokens: number[]; activations: string }[];
  readonly gradients: readonly MetricFixture[];
  /** Missing where the model is not causal. */
  readonly greedy?: { readonly prompt: number[]; readonly continuation: number[] };
  readonly patches: readonly PatchFixture[];
  /** The same tokens with weights that TransformerLens has processed. */
  readonly processed?: { readonly flags: readonly ProcessingFlag[]; readonly file: string };
  /** How far the original implementation's own float32 pass is from these values. */
  readonly float32: number;
}

/** The metric of the corrupt text with one part of it taken from the clean text, for every layer and position or head. */
export interface PatchFixture {
  readonly at: 'resid_pre' | 'z';
  readonly axes: readonly ['layer', 'position' | 'head'];
  readonly direction: 'denoise';
  readonly metric: string;
  readonly clean: number[];
  readonly corrupt: number[];
  readonly cleanValue: number;
  readonly corruptedValue: number;
  readonly values: readonly (readonly number[])[];
}

/** All fixtures under `families/`, by name. */
export function familyFixtures(): readonly FamilyFixture[] {
  return readdirSync(fixturePath('families'))
    .filter((name) => existsSync(fixturePath('families', name, 'index.json')))
    .sort()
    .map((name) => ({ ...readIndex(name), name }));
}

/** The checkpoint's folder, put together below `temporary` where the fixture is a config for another's weights. */
export function familyModel({ name, model, weights }: FamilyFixture, temporary: string): string {
  const own = fixturePath('families', name, model);
  if (weights === undefined) return own;
  const folder = join(temporary, name);
  cpSync(fixturePath('families', weights, 'model'), folder, { recursive: true });
  cpSync(own, folder, { recursive: true });
  return folder;
}

/** The values of a fixture, which may be those of another of the same weights. */
export function familyValues({ name, values }: FamilyFixture): FamilyValues {
  return readIndex(values ?? name);
}

/** The tensors of one of a fixture's files. */
export function familyTensors({ name, values }: FamilyFixture, file: string): ReferenceTensors {
  return readTensors('families', values ?? name, file);
}

function readIndex(name: string): FamilyFixture & FamilyValues {
  const text = readFileSync(fixturePath('families', name, 'index.json'), 'utf8');
  return JSON.parse(text) as FamilyFixture & FamilyValues;
}

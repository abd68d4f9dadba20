/** What the steering panel and its host say to each other (over `RpcPeer`), and what survives a reload. */
import type { SteerSpec } from './experimentSpec';
import type { SteeringOutcome } from './experiments';
import { isFeatureRef } from './features';
import type { FeatureRef, FeatureSummary } from './features';
import type { Position } from './method';

export type SteeringMethod = SteerSpec['method'];

export const STEERING_METHODS: readonly SteeringMethod[] = [
  'add',
  'set',
  'scale',
  'ablate',
  'project',
  'cap',
];

/** One change as the panel's controls hold it. */
export interface FeatureChange {
  readonly feature: FeatureRef;
  readonly method: SteeringMethod;
  /** Kept, though unused, while the method is `ablate`. */
  readonly value: number;
  readonly positions: 'all' | 'new' | readonly number[];
}

/** What is steered, and how much is written. */
export interface SteeringSetup {
  readonly prompt: string;
  readonly changes: readonly FeatureChange[];
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What the panel shows of a feature. */
export interface SteeringFeature extends FeatureSummary {
  readonly hookPoint: string;
  /** How strong it gets, as far as is known: what sliders reach to and strengths start from. */
  readonly scale: number;
}

/** `idle`: nothing was run since the panel was opened. */
export type SteeringState = 'idle' | 'running' | 'complete' | 'cancelled' | 'failed';

/** A whole snapshot of what there is. */
export interface SteeringStatus {
  readonly state: SteeringState;
  /** Why it failed, and the cure. */
  readonly message: string | null;
  readonly outcome: SteeringOutcome | null;
}

/** The place in a text that the prompt was taken from. */
export interface PromptPlace {
  readonly uri: string;
  /** Behind the prompt's last character. */
  readonly end: Position;
}

/** What the panel may ask of its host: the allow-list. */
export type SteeringHost = {
  /** First of all. */
  start: (params: null) => Promise<SteeringStart>;
  /** Runs it; what comes of it comes as `show`. A run in progress is ended first. */
  run: (setup: SteeringSetup) => Promise<null>;
  /** Ends the run; what was written stays. */
  stop: (params: null) => Promise<null>;
  /** Lets the user pick another feature; null when none is picked. */
  pickFeature: (params: null) => Promise<SteeringFeature | null>;
  openDashboard: (feature: FeatureRef) => Promise<null>;
  /** Puts the experiment on the clipboard as the text of a file. */
  copyExperiment: (setup: SteeringSetup) => Promise<null>;
  /** Puts the steered text on the clipboard. */
  copyText: (params: null) => Promise<null>;
  /** Writes the steered text behind the prompt, where that came from. */
  insert: (params: null) => Promise<null>;
};

export interface SteeringStart {
  readonly setup: SteeringSetup;
  readonly place: PromptPlace | null;
  /** At least those of the setup. */
  readonly features: readonly SteeringFeature[];
  readonly status: SteeringStatus;
}

/** What the host may tell the panel. Always whole snapshots: a hidden panel loses messages. */
export type SteeringView = {
  /** Another setup took the panel. */
  restart: (start: SteeringStart) => null;
  show: (status: SteeringStatus) => null;
  /** Labels, the model or its dictionaries changed. */
  relabel: (features: readonly SteeringFeature[]) => null;
};

/** Kept with `setState` and handed back after a reload; never the texts, which would no longer be of the model that is loaded. */
export interface SteeringPanelState {
  readonly version: 1;
  readonly setup: SteeringSetup;
  readonly place: PromptPlace | null;
}

/** A longer text is no prompt of any model here. */
const LONGEST_PROMPT = 200_000;

/** Reads a stored state; undefined when it is from another version or broken. */
export function readSteeringState(value: unknown): SteeringPanelState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, setup, place } = value as Record<string, unknown>;
  if (version !== 1 || !isSteeringSetup(setup)) return undefined;
  return { version, setup, place: isPromptPlace(place) ? place : null };
}

/** Whether an unknown value (a message, a stored state) is a setup. That its features exist is for the server to say. */
export function isSteeringSetup(value: unknown): value is SteeringSetup {
  if (typeof value !== 'object' || value === null) return false;
  const { prompt, changes, tokens, temperature, seed } = value as Record<string, unknown>;
  return (
    typeof prompt === 'string' &&
    prompt.length <= LONGEST_PROMPT &&
    Array.isArray(changes) &&
    changes.every(isFeatureChange) &&
    [tokens, temperature, seed].every(Number.isFinite)
  );
}

function isFeatureChange(value: unknown): value is FeatureChange {
  if (typeof value !== 'object' || value === null) return false;
  const { feature, method, value: strength, positions } = value as Record<string, unknown>;
  const isPlaces =
    positions === 'all' ||
    positions === 'new' ||
    (Array.isArray(positions) && positions.every(Number.isInteger));
  return (
    isFeatureRef(feature) &&
    STEERING_METHODS.some((known) => known === method) &&
    Number.isFinite(strength) &&
    isPlaces
  );
}

function isPromptPlace(value: unknown): value is PromptPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, end } = value as { uri?: unknown; end?: Partial<Position> | null };
  return typeof uri === 'string' && Number.isInteger(end?.line) && Number.isInteger(end?.character);
}

/**
 * Every id that package.json contributes and the code uses, once. A test compares this file with the manifest, so an
 * id that exists in only one of them fails.
 */
import { LinkCommand } from '../protocol/commands';

export const Command = {
  ...LinkCommand,
  clearFocus: 'featurescope.clearFocus',
  unpinFeature: 'featurescope.unpinFeature',
  labelFeature: 'featurescope.labelFeature',
  searchFeatures: 'featurescope.searchFeatures',
  clearSearch: 'featurescope.clearSearch',
  nextFiring: 'featurescope.nextFiring',
  previousFiring: 'featurescope.previousFiring',
  toggleFile: 'featurescope.toggleFile',
  toggleHeat: 'featurescope.toggleHeat',
  toggleSurprisal: 'featurescope.toggleSurprisal',
  toggleLabels: 'featurescope.toggleLabels',
  toggleTokenBoundaries: 'featurescope.toggleTokenBoundaries',
  toggleFollowCursor: 'featurescope.toggleFollowCursor',
  loadDemo: 'featurescope.loadDemo',
  loadModel: 'featurescope.loadModel',
  getFromHub: 'featurescope.getFromHub',
  forgetHubToken: 'featurescope.forgetHubToken',
  loadDictionary: 'featurescope.loadDictionary',
  unload: 'featurescope.unload',
  chooseProvider: 'featurescope.chooseProvider',
  restartEngine: 'featurescope.restartEngine',
  killEngine: 'featurescope.killEngine',
  patchPrompts: 'featurescope.patchPrompts',
  ablateFeature: 'featurescope.ablateFeature',
  whatDependsOn: 'featurescope.whatDependsOn',
  runExperiment: 'featurescope.runExperiment',
  stopExperiment: 'featurescope.stopExperiment',
  openResult: 'featurescope.openResult',
  compareExperiment: 'featurescope.compareExperiment',
  newExperiment: 'featurescope.newExperiment',
  explainToken: 'featurescope.explainToken',
  openAsGraph: 'featurescope.openAsGraph',
  graphToSideBar: 'featurescope.graphToSideBar',
  graphToEditor: 'featurescope.graphToEditor',
  showLog: 'featurescope.showLog',
  openSample: 'featurescope.openSample',
  getStarted: 'featurescope.getStarted',
} as const;

export type CommandId = (typeof Command)[keyof typeof Command];

export const View = {
  features: 'featurescope.features',
  experiments: 'featurescope.experiments',
  graph: 'featurescope.graph',
  models: 'featurescope.models',
} as const;

export const Panel = {
  dashboard: 'featurescope.dashboard',
  heatmap: 'featurescope.heatmap',
  steering: 'featurescope.steering',
} as const;

/** Custom editors. */
export const Editor = { graph: 'featurescope.graph' } as const;

export const Walkthrough = { start: 'start' } as const;

export const ContextKey = {
  /** The active editor's document is analysed. */
  enabled: 'featurescope.enabled',
  /** A feature was put in focus (not merely followed from the cursor). */
  focused: 'featurescope.focused',
  /** The Features view shows the result of a search. */
  searching: 'featurescope.searching',
  /** The server has said what it has loaded. */
  ready: 'featurescope.ready',
  /** A model is loaded. */
  modelLoaded: 'featurescope.modelLoaded',
  /** An experiment runs. */
  experimentRunning: 'featurescope.experimentRunning',
  /** The side bar shows a graph that was moved there. */
  graphInSideBar: 'featurescope.graphInSideBar',
} as const;

/** Theme colours; `heat` and `surprisal` are followed by their level, 1 to 5. */
export const Color = {
  heat: (level: number): string => `featurescope.heat${level}`,
  heatLine: 'featurescope.heatLine',
  surprisal: (level: number): string => `featurescope.surprisal${level}`,
  surprisalLine: 'featurescope.surprisalLine',
  lineEndLabel: 'featurescope.lineEndLabel',
  tokenBoundary: 'featurescope.tokenBoundary',
} as const;

export const Setting = {
  languages: 'featurescope.languages',
  contextUnit: 'featurescope.context.unit',
  showHeat: 'featurescope.show.heat',
  showSurprisal: 'featurescope.show.surprisal',
  showLabels: 'featurescope.show.labels',
  showTokenBoundaries: 'featurescope.show.tokenBoundaries',
  followCursor: 'featurescope.show.followCursor',
  featuresTop: 'featurescope.features.top',
  findInclude: 'featurescope.findEverywhere.include',
  findLimit: 'featurescope.findEverywhere.limit',
  graphMaxFeatures: 'featurescope.graph.maxFeatures',
  graphNodeThreshold: 'featurescope.graph.nodeThreshold',
  graphEdgeThreshold: 'featurescope.graph.edgeThreshold',
  modelPath: 'featurescope.model.path',
  modelDictionaries: 'featurescope.model.dictionaries',
  modelProcessing: 'featurescope.model.processing',
  modelBos: 'featurescope.model.bos',
  hubEndpoint: 'featurescope.hub.endpoint',
  engineProvider: 'featurescope.engine.provider',
  engineMemoryBudget: 'featurescope.engine.memoryBudget',
  serverRuntime: 'featurescope.server.runtime',
  traceServer: 'featurescope.trace.server',
} as const;

export type SettingId = (typeof Setting)[keyof typeof Setting];

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPERIMENT_LANGUAGE } from '../protocol/experimentLanguage';
import { BOS_POLICIES, defaultSettings, PROCESSING } from '../protocol/settings';
import { Color, Command, ContextKey, Editor, Panel, Setting, View, Walkthrough } from './contributions';
import { GRAPH_SETTINGS } from '../protocol/graphs';
import { EXPERIMENT_FILES } from './experiments/fileNames';
import { GRAPH_EXTENSION } from './graph/fileNames';
import { LEVELS } from '../protocol/heat';

const root = path.join(import.meta.dirname, '..');

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly menus: Record<string, readonly { readonly command?: string; readonly when?: string }[]>;
    readonly keybindings: readonly { readonly command: string; readonly when?: string }[];
    readonly views: Record<string, readonly { readonly id: string; readonly icon: string }[]>;
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
      readonly priority: string;
    }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
      }[];
    }[];
    readonly configuration: readonly { readonly properties: Record<string, SettingSchema> }[];
    readonly languages: readonly {
      readonly id: string;
      readonly extensions: readonly string[];
      readonly configuration: string;
      readonly icon: Readonly<Record<'light' | 'dark', string>>;
    }[];
    readonly grammars: readonly {
      readonly language: string;
      readonly scopeName: string;
      readonly path: string;
    }[];
    readonly yamlValidation: readonly { readonly fileMatch: string; readonly url: string }[];
    readonly configurationDefaults: Readonly<Record<string, object>>;
    readonly colors: readonly { readonly id: string; readonly defaults: Record<string, string> }[];
  };
}

interface SettingSchema {
  readonly default: unknown;
  readonly markdownDescription?: string;
  readonly order?: number;
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
}

/** The three channels of `#rrggbbaa` drawn over a grey. */
function over(color: string, grey: number): number[] {
  const [red = 0, green = 0, blue = 0, alpha = 0] = [1, 3, 5, 7].map((i) =>
    Number.parseInt(color.slice(i, i + 2), 16),
  );
  return [red, green, blue].map((channel) => (channel * alpha + grey * (255 - alpha)) / 255);
}

/** Contrast ratio of a grey text and its background (WCAG 2.2, "contrast ratio" and "relative luminance"). */
function contrast(text: number, background: readonly number[]): number {
  const luminance = (channels: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const both = [luminance([text, text, text]), luminance(background)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}

const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const commandIds = contributes.commands.map(({ command }) => command);
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, SettingSchema>;

describe('package.json', () => {
  it('contributes exactly the commands of the code, in our category', () => {
    expect([...commandIds].sort()).toEqual(Object.values(Command).sort());
    for (const { category } of contributes.commands) expect(category).toBe('Featurescope');
  });

  it('refers only to commands that exist', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) =>
      items.flatMap(({ command }) => command ?? []),
    );
    const inKeys = contributes.keybindings.map(({ command }) => command);
    const inLinks = [...text.matchAll(/command:(featurescope\.\w+)/g)].map((match) => match[1]!);
    expect(inLinks.length).toBeGreaterThan(5);
    for (const command of [...inMenus, ...inKeys, ...inLinks]) expect(commandIds).toContain(command);
  });

  it('gives every keybinding a narrow when', () => {
    for (const { when } of contributes.keybindings) expect(when).toMatch(/editorTextFocus/);
  });

  it('uses only context keys that the code sets', () => {
    const used = [...text.matchAll(/"(?:when|enablement)": "([^"]*)"/g)].flatMap((match) => [
      ...match[1]!.matchAll(/featurescope\.\w+/g),
    ]);
    const known = [...Object.values(ContextKey), ...Object.values(View)];
    for (const [key] of used) expect(known).toContain(key);
  });

  it('contributes exactly the views, the panels and the walkthrough of the code', () => {
    const views = Object.values(contributes.views).flat();
    expect(views.map(({ id }) => id).sort()).toEqual(Object.values(View).sort());
    for (const { view } of contributes.viewsWelcome) expect(Object.values(View)).toContain(view);
    const panels = manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:'));
    expect(panels).toEqual(Object.values(Panel).map((panel) => `onWebviewPanel:${panel}`));
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual(Object.values(Walkthrough));
  });

  it('opens graph files in the editor of graphs, and no other JSON', () => {
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual(Object.values(Editor));
    const [{ selector, priority }] = contributes.customEditors as [(typeof contributes.customEditors)[0]];
    expect(selector).toEqual([{ filenamePattern: `*${GRAPH_EXTENSION}` }]);
    expect(priority).toBe('default');
  });

  it('builds graphs with the defaults of the protocol', () => {
    expect(settings[Setting.graphMaxFeatures]?.default).toBe(GRAPH_SETTINGS.maxFeatures);
    expect(settings[Setting.graphNodeThreshold]?.default).toBe(GRAPH_SETTINGS.thresholds.node);
    expect(settings[Setting.graphEdgeThreshold]?.default).toBe(GRAPH_SETTINGS.thresholds.edge);
  });

  it('contributes exactly the settings of the code, each described, ordered and scoped', () => {
    expect(Object.keys(settings).sort()).toEqual(Object.values(Setting).sort());
    for (const schema of Object.values(settings)) {
      expect(schema.markdownDescription).toBeTruthy();
      expect(schema.order).toBeGreaterThan(0);
      expect(['window', 'resource', 'machine', 'machine-overridable']).toContain(schema.scope);
    }
  });

  it('has the defaults that the server falls back to', () => {
    expect(settings[Setting.contextUnit]?.default).toBe(defaultSettings.context.unit);
    expect(settings[Setting.featuresTop]?.default).toBe(defaultSettings.features.top);
    expect(settings[Setting.modelPath]?.default).toBe(defaultSettings.model.path);
    expect(settings[Setting.modelDictionaries]?.default).toEqual(defaultSettings.model.dictionaries);
    expect(settings[Setting.modelProcessing]?.default).toEqual(defaultSettings.model.processing);
    expect(settings[Setting.modelProcessing]?.items?.enum).toEqual(PROCESSING);
    expect(settings[Setting.modelBos]?.default).toBe(defaultSettings.model.bos);
    expect(settings[Setting.modelBos]?.enum).toEqual(BOS_POLICIES);
    expect(settings[Setting.engineProvider]?.default).toBe(defaultSettings.engine.provider);
    expect(settings[Setting.engineMemoryBudget]?.default).toBe(defaultSettings.engine.memoryBudget);
  });

  it('restricts what names paths or programs in a workspace that is not trusted', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    for (const setting of [Setting.modelPath, Setting.modelDictionaries, Setting.serverRuntime])
      expect(restrictedConfigurations).toContain(setting);
    // What decides where the user's access token is sent is never a workspace's to say.
    expect(settings[Setting.hubEndpoint]?.scope).toBe('machine');
    for (const setting of restrictedConfigurations) expect(Object.keys(settings)).toContain(setting);
  });

  it('contributes exactly the colours of the code, for all four kinds of theme', () => {
    const levels = Array.from({ length: LEVELS }, (_, i) => i + 1);
    const { heat, surprisal, ...single } = Color;
    const wanted = [...levels.map(heat), ...levels.map(surprisal), ...Object.values(single)];
    expect(contributes.colors.map(({ id }) => id).sort()).toEqual(wanted.sort());
    for (const { defaults } of contributes.colors)
      expect(Object.keys(defaults).sort()).toEqual(['dark', 'highContrast', 'highContrastLight', 'light']);
  });

  it('leaves text readable on heat in high-contrast themes', () => {
    const backgrounds = contributes.colors.filter(({ id }) => /(heat|surprisal)\d$/.test(id));
    expect(backgrounds).toHaveLength(2 * LEVELS);
    for (const { id, defaults } of backgrounds) {
      expect(contrast(0xff, over(defaults['highContrast']!, 0)), id).toBeGreaterThan(12);
      // The default foreground of the light one is #292929.
      expect(contrast(0x29, over(defaults['highContrastLight']!, 0xff)), id).toBeGreaterThan(9);
    }
  });

  it('contributes the language of experiment files, on top of YAML', () => {
    const [language, ...others] = contributes.languages;
    expect(others).toEqual([]);
    expect(language).toMatchObject({
      id: EXPERIMENT_LANGUAGE,
      extensions: [EXPERIMENT_FILES.slice('**/*'.length)],
    });
    expect(manifest.activationEvents).toContain(`onLanguage:${EXPERIMENT_LANGUAGE}`);
    expect(Object.keys(contributes.configurationDefaults)).toEqual([`[${EXPERIMENT_LANGUAGE}]`]);
    expect(contributes.yamlValidation.map(({ fileMatch }) => fileMatch)).toEqual([
      `*${language!.extensions[0]!}`,
    ]);
    const [grammar] = contributes.grammars;
    expect(grammar?.language).toBe(EXPERIMENT_LANGUAGE);
    const written = JSON.parse(readFileSync(path.join(root, grammar!.path), 'utf8')) as unknown;
    expect(written).toEqual({ scopeName: grammar!.scopeName, patterns: [{ include: 'source.yaml' }] });
  });

  it('indents experiment files as YAML is', () => {
    const file = path.join(root, contributes.languages[0]!.configuration);
    const { indentationRules, onEnterRules } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly indentationRules: { readonly increaseIndentPattern: string };
      readonly onEnterRules: readonly { readonly beforeText: string }[];
    };
    const increases = new RegExp(indentationRules.increaseIndentPattern);
    for (const line of ['runs:', '  - patch:', '    steer: ']) expect(line).toMatch(increases);
    for (const line of ['title: a', '  - patch: z', '# runs:', '']) expect(line).not.toMatch(increases);
    const [open, item] = onEnterRules.map(({ beforeText }) => new RegExp(beforeText));
    expect('  - patch: z').toMatch(item!);
    for (const line of ['  patch: z', '  - patch:', '  - a text']) expect(line).not.toMatch(item!);
    expect('  - patch:').toMatch(open!);
    for (const line of ['  - patch: z', 'runs:', '  -']) expect(line).not.toMatch(open!);
  });

  it('links from the walkthrough to commands and samples that exist', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const links = steps.flatMap(({ description }) => [...description.matchAll(/command:[\w.]+\?([^)]+)/g)]);
    expect(links).not.toHaveLength(0);
    const known = new Set<string>(Object.values(Command));
    for (const [, query] of links) {
      const text = decodeURIComponent(query!);
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      for (const [, id] of text.matchAll(/"(featurescope\.\w+)"/g)) expect(known).toContain(id);
      for (const [, file] of text.matchAll(/"file":"([^"]+)"/g))
        expect(existsSync(path.join(root, 'media', 'demo', 'workspace', file!)), file).toBe(true);
    }
  });

  it('ends the walkthrough with a model of one’s own', () => {
    const last = contributes.walkthroughs[0]!.steps.at(-1)!;
    expect(last.description).toContain(`(command:${Command.loadModel})`);
    const shown = readFileSync(path.join(root, last.media.markdown), 'utf8');
    for (const title of shown.matchAll(/Featurescope: ([^*]+)\*\*/g))
      expect(contributes.commands.map((command) => command.title)).toContain(title[1]);
    for (const [setting] of shown.matchAll(/featurescope\.\w+\.\w+/g))
      expect(Object.keys(settings)).toContain(setting);
  });

  it('names only files that exist', () => {
    const media = contributes.walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media.markdown));
    const icons = Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon));
    const ofLanguage = contributes.languages.flatMap(({ icon }) => [icon.light, icon.dark]);
    const schemas = contributes.yamlValidation.map(({ url }) => url);
    for (const file of [manifest.icon, ...media, ...icons, ...ofLanguage, ...schemas])
      expect(existsSync(path.join(root, file)), file).toBe(true);
  });
});

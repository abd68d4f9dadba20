// The house rules of docs/architecture.md, enforced: who may import whom, and typed lint everywhere.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const vscodeOnlyInClient = { regex: '^vscode$', message: 'Only client/ may import vscode.' };
const lspOnlyAtTheEdge = {
  regex: '^vscode-languageserver(/|$)',
  message: 'Only server/src/main.ts and server/src/handlers/ speak LSP.',
};
const ortOnlyInOneFile = {
  regex: '^onnxruntime-node$',
  message: 'Only server/src/engine/ort.ts may import onnxruntime-node.',
};
const noIO = {
  regex: '^node:(fs|child_process|net|http|https)',
  message: 'graph/, models/, dictionaries/ and experiments/ do no I/O: readers are passed in.',
};
const pureRooms = ['graph', 'models', 'dictionaries', 'experiments'];
const toolkitOnlyInControls = {
  regex: '^@vscode/webview-ui-toolkit',
  message: 'Only webviews/lib/controls.ts may import the toolkit, so that it can be exchanged.',
};
const inward = (...rooms) => ({
  regex: `/(${rooms.join('|')})/`,
  message: 'Against the direction of the house (docs/architecture.md).',
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.vscode-host/**', '.demo-work/**', 'out/**', '.venv/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      ...restrict(vscodeOnlyInClient, lspOnlyAtTheEdge, ortOnlyInOneFile),
    },
  },
  { files: ['client/**'], rules: restrict(lspOnlyAtTheEdge, ortOnlyInOneFile, inward('server', 'webviews')) },
  {
    files: ['protocol/**'],
    rules: restrict(
      vscodeOnlyInClient,
      lspOnlyAtTheEdge,
      ortOnlyInOneFile,
      inward('client', 'server', 'webviews'),
    ),
  },
  { files: ['server/src/**'], rules: { 'no-console': 'error' } },
  {
    files: ['server/src/main.ts', 'server/src/handlers/**'],
    rules: restrict(vscodeOnlyInClient, ortOnlyInOneFile),
  },
  ...[
    // Rooms from the ground up, each with the rooms above it, which it must not know.
    [
      'formats',
      'graph',
      'models',
      'dictionaries',
      'engine',
      'experiments',
      'documents',
      'handlers',
      'commands',
      'hub',
    ],
    [
      'graph',
      'models',
      'dictionaries',
      'engine',
      'experiments',
      'documents',
      'handlers',
      'commands',
      'store',
      'hub',
    ],
    ['models', 'dictionaries', 'engine', 'experiments', 'documents', 'handlers', 'commands', 'store', 'hub'],
    ['dictionaries', 'engine', 'experiments', 'documents', 'handlers', 'commands', 'store', 'hub'],
    ['engine', 'experiments', 'documents', 'handlers', 'commands', 'store', 'hub'],
    ['experiments', 'documents', 'handlers', 'commands', 'store', 'hub'],
    ['documents', 'handlers', 'commands', 'hub'],
    ['store', 'engine', 'experiments', 'documents', 'handlers', 'commands', 'hub'],
    [
      'hub',
      'graph',
      'models',
      'dictionaries',
      'engine',
      'experiments',
      'documents',
      'handlers',
      'commands',
      'store',
    ],
  ].map(([room, ...above]) => ({
    files: [`server/src/${room}/**`],
    ignores: ['**/*.test.ts', 'server/src/engine/ort.ts'],
    rules: restrict(
      vscodeOnlyInClient,
      lspOnlyAtTheEdge,
      ortOnlyInOneFile,
      inward(...above),
      ...(pureRooms.includes(room) ? [noIO] : []),
    ),
  })),
  { files: ['server/src/engine/ort.ts'], rules: restrict(vscodeOnlyInClient, lspOnlyAtTheEdge) },
  ...[[], [toolkitOnlyInControls]].map((toolkit, everywhereElse) => ({
    files: ['webviews/**'],
    ignores: everywhereElse ? ['webviews/lib/controls.ts'] : [],
    rules: restrict(
      vscodeOnlyInClient,
      lspOnlyAtTheEdge,
      ortOnlyInOneFile,
      inward('client', 'server'),
      ...toolkit,
    ),
  })),
  { files: ['test/integration/**'], rules: restrict(lspOnlyAtTheEdge, ortOnlyInOneFile) },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  // tsc checks the names that scripts use (checkJs).
  { files: ['scripts/**/*.mjs'], rules: { 'no-undef': 'off' } },
);

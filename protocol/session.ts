/**
 * What the client tells the server once, in `initializationOptions`. Whether the workspace is trusted is not in it: VS
 * Code itself hides the workspace's own values of the settings that name paths and programs until it is.
 */
export interface SessionOptions {
  /** Folder of the bundled demo: model, dictionaries and held-out text. */
  readonly demoFolder: string;
}

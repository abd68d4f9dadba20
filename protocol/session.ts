/** What the client tells the server once, in `initializationOptions`. */
export interface SessionOptions {
  /** Folder of the bundled demo: model, dictionaries and held-out text. */
  readonly demoFolder: string;
  /** Folder for caches that outlive the session; its size is the server's to bound. */
  readonly storageFolder: string;
  /** False in a restricted workspace: settings of the workspace that name paths or providers are not to be obeyed. */
  readonly trusted: boolean;
}

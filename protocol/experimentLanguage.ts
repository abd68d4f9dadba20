/** The language id of `*.fscope.yaml`: a document of it is open at the server to be checked and completed, not to be analysed. */
export const EXPERIMENT_LANGUAGE = 'featurescope-experiment';

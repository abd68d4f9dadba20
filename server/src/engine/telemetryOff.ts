/** Imported before onnxruntime-node, which reads this when it is loaded: no telemetry, no device id on disk. */
process.env.ORT_DISABLE_TELEMETRY = '1';

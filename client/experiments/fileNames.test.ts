import { describe, expect, it } from 'vitest';
import { freeName, isExperiment, isResult, resultOf, shortName } from './fileNames';

describe('the files of an experiment', () => {
  it('are told by what they end with', () => {
    expect(isExperiment('a/ioi.fscope.yaml')).toBe(true);
    expect(isExperiment('a/ioi.yaml')).toBe(false);
    expect(isResult('a/ioi.fscope.result.json')).toBe(true);
    expect(isResult('a/ioi.fscope.yaml')).toBe(false);
  });

  it('stand beside each other', () => {
    expect(resultOf('file:///a/my%20ioi.fscope.yaml')).toBe('file:///a/my%20ioi.fscope.result.json');
  });

  it('are called by what tells them apart', () => {
    expect(shortName('/a/ioi.fscope.yaml')).toBe('ioi');
    expect(shortName('ioi.fscope.result.json')).toBe('ioi');
    expect(shortName('/a/notes.txt')).toBe('notes.txt');
  });

  it('get a name that is free', () => {
    expect(freeName([])).toBe('experiment.fscope.yaml');
    expect(freeName(['experiment', 'experiment-2', 'ioi'])).toBe('experiment-3.fscope.yaml');
  });
});

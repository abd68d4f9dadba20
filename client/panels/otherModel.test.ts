import { describe, expect, it } from 'vitest';
import { otherModel } from './otherModel';

const made = { name: '/models/gpt2', identity: 'a' };

describe('otherModel', () => {
  it('names the model that the contents come from once another one is loaded', () => {
    expect(otherModel(made, { name: 'demo', identity: 'b' })).toEqual(['(of gpt2)']);
    expect(otherModel({ ...made, name: 'org/name' }, { ...made, identity: 'b' })).toEqual(['(of name)']);
  });

  it('says nothing of the same model, of no contents, or while no model is known', () => {
    expect(otherModel(made, { name: 'called otherwise', identity: 'a' })).toEqual([]);
    expect(otherModel(null, made)).toEqual([]);
    expect(otherModel(made, null)).toEqual([]);
  });

  it('makes no icons of a name', () => {
    expect(otherModel({ ...made, name: '$(trash)' }, { ...made, identity: 'b' })).toEqual(['(of $ (trash))']);
  });
});

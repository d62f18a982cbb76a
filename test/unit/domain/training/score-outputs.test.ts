import { expect, test } from 'vitest';
import { scoreOutputs, scoreValues } from '../../../../domain/training/score-outputs.ts';

test('a number or a probability of class 1 is one column, and each of several classes has its own', () => {
  for (const output of [undefined, { task: 'regression' }, { task: 'ranking' }] as const) {
    expect(scoreOutputs(output)).toEqual(['prediction']);
    expect(scoreValues(output, 0.25)).toEqual([0.25]);
  }
  const output = { task: 'classification', classes: [-1, 0, 7] } as const;
  expect(scoreOutputs(output)).toEqual([
    'prediction',
    'probability_minus_1',
    'probability_0',
    'probability_7',
  ]);
  expect(scoreValues(output, { '-1': 0.4, 0: 0.2, 7: 0.4 })).toEqual([-1, 0.4, 0.2, 0.4]);
});

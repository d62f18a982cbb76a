import { expect, test } from 'vitest';
import { evaluationPictures } from '../../../../../domain/training/evaluation/pictures.ts';
import { evaluationTables } from '../../../../../domain/training/evaluation/tables.ts';

const roc = [
  [0, 0],
  [0.25, 0.75],
  [1, 1],
] as const;
const bin = { rows: 9, predicted: 0.5, observed: 0.25 };
const metrics = { test_auc: 0.8, test_auc_recency_alone: 0.7, test_log_loss: 0.3, other_recency_alone: 1 };

test('what a training has evaluated becomes pictures, and tables as MLflow loads them', () => {
  const evaluation = {
    splits: {
      test: {
        rows: 9,
        roc,
        calibration: [bin],
        thresholds: [{ threshold: 0.5, flagged: 0.1, precision: null, recall: 0 }],
        recency: { auc: 0.7, roc },
      },
    },
    importances: [
      { name: 'a <b> & c', value: 0.5 },
      { name: 'worse', value: -0.1 },
    ],
  };
  const pictures = new Map(evaluationPictures(evaluation, metrics).map(({ path, svg }) => [path, svg]));
  expect([...pictures.keys()]).toEqual(['roc.svg', 'calibration.svg', 'importances.svg', 'recency.svg']);
  expect(pictures.get('roc.svg')).toContain('points="80.0,410.0 170.0,140.0 440.0,50.0"');
  expect(pictures.get('roc.svg')).toContain('>test, recency alone</text>');
  expect(pictures.get('importances.svg')).toContain('>a &lt;b> &amp; c</text>');
  expect(pictures.get('importances.svg')).toMatch(/<rect x="250\.0" y="76" width="63\.3"/);
  for (const svg of pictures.values()) expect(svg).not.toMatch(/NaN|undefined|Infinity/);

  expect(evaluationTables(evaluation, metrics)).toEqual([
    {
      path: 'thresholds.json',
      columns: ['split', 'threshold', 'flagged', 'precision', 'recall'],
      data: [['test', 0.5, 0.1, null, 0]],
    },
    {
      path: 'calibration.json',
      columns: ['split', 'class', 'rows', 'predicted', 'observed'],
      data: [['test', null, 9, 0.5, 0.25]],
    },
    {
      path: 'importances.json',
      columns: ['name', 'value'],
      data: [
        ['a <b> & c', 0.5],
        ['worse', -0.1],
      ],
    },
    { path: 'recency.json', columns: ['metric', 'model', 'recency'], data: [['test_auc', 0.8, 0.7]] },
  ]);
});

test('several classes have a curve each, numbers a cloud, and nothing has no picture', () => {
  const of_class = [-1, 7].map((label) => ({ class: label, rows: 4, auc: 0.9, roc, calibration: [bin] }));
  const classes = evaluationPictures({ splits: { val: { rows: 8, of_class } }, importances: [] }, {});
  expect(classes.map(({ path }) => path)).toEqual(['roc.svg', 'calibration.svg']);
  expect(classes[0]!.svg).toContain('>val, class -1</text>');

  const predicted_and_observed = [
    [-5, 10],
    [15, 10],
  ] as const;
  const numbers = { splits: { val: { rows: 2, predicted_and_observed } }, importances: [] };
  const [cloud] = evaluationPictures(numbers, {});
  expect(cloud!.path).toBe('predicted-and-observed.svg');
  expect(cloud!.svg).toContain('<circle cx="80.0" cy="230.0"');
  expect(cloud!.svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(evaluationPictures({ splits: {}, importances: [] }, {})).toEqual([]);
});

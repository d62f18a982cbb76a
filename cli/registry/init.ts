import { relative } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { printResult } from '../shared/output.ts';
import { makeProject } from './make-project.ts';
import { ownOrigin, packageGiven } from './own-package.ts';

export function initCommand() {
  return new Command('init')
    .description('make a small project: definitions, sample events, a demo, a test, a CI file')
    .argument('<dir>', 'a new or empty folder, such as my-features')
    .option(
      '--asof <package>',
      'what its package.json names as Asof: a version, a .tgz file, a folder or a URL (default: where this Asof came from)',
    )
    .option('--json', 'print the folder and its files as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof init my-features\n  npx asof init my-features --asof vendor/asof-0.1.0.tgz\n\nThen: cd my-features && npm install && npm run demo',
    )
    .action((folder, { asof, json }) => {
      const project = makeProject(folder, asof === undefined ? ownOrigin() : packageGiven(asof));
      const lines = project.files.map((file) => `  ${file}`);
      const here = relative(process.cwd(), project.folder) || '.';
      const next = `${here === '.' ? '' : `cd ${here} && `}npm install && npm run demo`;
      const text = [`made ${project.folder}:`, ...lines, `next: ${next}`].join('\n');
      printResult(project, { json, text });
    });
}

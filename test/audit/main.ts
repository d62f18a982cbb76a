// `npm run audit` checks the licences of all packages, and asks the registry for known vulnerabilities. With
// `--report-vulnerabilities`, as in `npm test`, these are only reported: what became known today, or whether the
// registry answers, must not decide whether a change is right.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unfitLicences } from './licences.ts';
import { vulnerabilities } from './vulnerabilities.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ANSWERS_WITHIN_MS = 10_000;
const isReport = process.argv.includes('--report-vulnerabilities');

const unfit = unfitLicences(JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')));
for (const one of unfit) console.error(`licence not known to be fit: ${one}`);

const { stdout } = spawnSync('npm', ['audit', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: ANSWERS_WITHIN_MS,
  killSignal: 'SIGKILL',
});
const found = vulnerabilities(stdout);
if ('unanswered' in found)
  console.error(`vulnerabilities not checked, the registry gives none: ${found.unanswered}`);
else for (const one of found.severe) console.error(`vulnerable: ${one}`);

if (unfit.length === 0) console.log('every licence is fit');
if ('severe' in found && found.severe.length === 0) console.log('no severe vulnerability is known');
const isVulnerable = 'severe' in found && found.severe.length > 0;
if (unfit.length > 0 || (isVulnerable && !isReport)) process.exitCode = 1;

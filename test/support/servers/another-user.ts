import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Not the account that runs Postgres where Asof is root. */
const ANOTHER = 65_533;

/** Only root can try what another user can do. */
export const isRoot = process.geteuid?.() === 0;

/** What another user of the machine can do with files and folders: a line for each thing that works. */
export async function triedByAnotherUser(paths: readonly string[]): Promise<string[]> {
  const child = spawn(
    'setpriv',
    [`--reuid=${ANOTHER}`, `--regid=${ANOTHER}`, '--clear-groups', process.execPath, '--eval', TRY],
    { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] },
  );
  child.stdin.end(JSON.stringify(paths));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  if (code !== 0) throw new Error(`the other user's process ended with ${code}`);
  return output.split('\n').filter(Boolean);
}

const TRY = `
const fs = require('node:fs');
const works = (action) => { try { action(); return true; } catch { return false; } };
const attempts = {
  reads: (path) => fs.closeSync(fs.openSync(path, 'r')),
  changes: (path) => fs.closeSync(fs.openSync(path, 'r+')),
  lists: (path) => fs.readdirSync(path),
  'makes a file in': (path) => fs.writeFileSync(path + '/made-by-another', ''),
};
for (const path of JSON.parse(fs.readFileSync(0, 'utf8')))
  for (const [what, attempt] of Object.entries(attempts))
    if (works(() => attempt(path))) console.log(what + ' ' + path);
`;

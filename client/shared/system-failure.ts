import { AsofError } from '../../domain/errors/asof-error.ts';

/** What the operating system's codes mean, and what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to it; change the rights, or choose another place',
  EPERM: 'this user has no right to it; change the rights, or choose another place',
  EROFS: 'the file system is read-only; choose another place',
  ENOENT: 'there is no such file or folder; check the path',
  ENOTDIR: 'a part of the path is not a folder; check it',
  EISDIR: 'it is a folder; name a file',
  EEXIST: 'it is there already; choose another name',
  ENOSPC: 'the disk is full; make room, then run the command again',
  EDQUOT: 'the quota of the disk is used up; make room, then run the command again',
  EMFILE: 'the process has too many files open; raise its limit (ulimit -n)',
  ECONNREFUSED: 'nothing listens there; is the server up (npx asof stack status)?',
  ECONNRESET: 'the server closed the connection; is it up (npx asof stack status)?',
  EPIPE: 'the other side closed the connection; run the command again',
  ETIMEDOUT: 'the server does not answer; is it up (npx asof stack status)?',
  EHOSTUNREACH: 'there is no way to the host; check its address',
  ENOTFOUND: 'there is no such host; check its name',
  EAI_AGAIN: 'the name of the host cannot be looked up now; check the network',
};

/** The error of Asof for an error of the operating system. Undefined if the error is not one. */
export function systemFailure(error: unknown): AsofError | undefined {
  const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(one instanceof Error) || !('code' in one) || !('syscall' in one)) return undefined;
  const { message, code } = one;
  const advice = ADVICE[String(code)] ?? 'see what the system says of that code';
  return new AsofError('ASOF_SYSTEM_REFUSED', `the system refused: ${message}. That means: ${advice}`, {
    details: { code },
    cause: error,
  });
}

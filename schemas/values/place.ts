/** Where something stands in a module. */
export interface CodePlace {
  /** The path of the module's file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
}

const FRAME = /(?:\(|at )(?<path>(?:file:\/\/)?\/.*?)(?:\?[^:]*)?:(?<line>\d+):\d+\)?$/;

/** The folder of this layer, whose calls are not the user's. A stack says it everywhere, also in a bundle. */
const LANGUAGE = placesIn(new Error())[0]?.file.replace(/[^/]*\/[^/]*$/, '');

/**
 * The place in a module of the user that an error comes from: the innermost call that is neither in the definition
 * language nor in a package. Undefined if the error says none.
 */
export function placeOf(error: Error): CodePlace | undefined {
  return placesIn(error).find(
    ({ file }) => !(LANGUAGE !== undefined && file.startsWith(LANGUAGE)) && !file.includes('/node_modules/'),
  );
}

function placesIn({ stack = '' }: Error): CodePlace[] {
  return stack.split('\n').flatMap((frame) => {
    const { path, line } = FRAME.exec(frame.trim())?.groups ?? {};
    if (path === undefined) return [];
    const file = path.startsWith('file:') ? decodeURI(new URL(path).pathname) : path;
    return [{ file, line: Number(line) }];
  });
}

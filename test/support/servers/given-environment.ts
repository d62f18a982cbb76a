const given = { ...process.env };

/** Gives a test file the environment of the first one: a process runs many, and loads this module once. */
export function restoreEnvironment(): void {
  for (const name of Object.keys(process.env)) if (given[name] === undefined) delete process.env[name];
  Object.assign(process.env, given);
}

/** What every program needs: where its files are, how it speaks, and whom it trusts. */
const ALWAYS =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|LD_LIBRARY_PATH|XDG_\w+|SSL_CERT_(FILE|DIR))$/;

/** What programs need besides, by their purpose. */
const NEEDS = {
  server: /^JAVA_HOME$/,
  /** Package managers and Docker: where they fetch from, and the proxy on the way. */
  installer:
    /^(JAVA_\w+|JDK_\w+|MAVEN_\w+|M2_HOME|GO[A-Z]\w*|CGO_\w+|CC|PIP_\w+|UV_\w+|PYENV_\w+|DOCKER_\w+|COMPOSE_\w+|DEBIAN_FRONTEND|NETRC|(HTTP|HTTPS|ALL|NO)_PROXY|(CURL|REQUESTS)_CA_BUNDLE|NIX_SSL_CERT_FILE)$/i,
  /** Python with the training packages, and how many threads they take. */
  training: /^(PYTHONPATH|PYTHONHOME|VIRTUAL_ENV|CONDA_PREFIX|(OMP|MKL|OPENBLAS|NUMEXPR|LOKY)_\w+)$/,
  temporalCli: /^(TEMPORAL_\w+|EDITOR|NO_COLOR|COLORTERM|(HTTP|HTTPS|NO)_PROXY)$/i,
} as const;

/**
 * The environment for a program that is not Asof's own: only what its purpose needs, because a program may show
 * its environment in a log or an error, and other programs of the user can read it.
 */
export function childEnvironment(
  purpose: keyof typeof NEEDS,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter(([name]) => ALWAYS.test(name) || NEEDS[purpose].test(name)));
}

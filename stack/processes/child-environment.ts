/** What every program needs: where its files are, how it speaks, and whom it trusts. */
const ALWAYS =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|LD_LIBRARY_PATH|XDG_\w+|SSL_CERT_(FILE|DIR))$/;

const PROXY = ['(HTTP|HTTPS|ALL|NO)_PROXY', '(http|https|all|no)_proxy'];
const JAVA = ['JAVA_HOME', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS'];

/**
 * What programs need besides, by their purpose. Each variable by its name: whoever names one of his own, such as
 * `DOCKER_PASSWORD`, may well begin with the name of a program.
 */
const NEEDS = {
  server: only(JAVA),
  /** Package managers and Docker: where they fetch from, how they log in there, and the proxy on the way. */
  installer: only([
    ...[...PROXY, ...JAVA],
    ...['M2_HOME', 'MAVEN_(HOME|OPTS|ARGS|CONFIG|PROJECTBASEDIR|SKIP_RC)'],
    ...['GO(PROXY|PRIVATE|NOSUMDB|NOPROXY|SUMDB|FLAGS|TOOLCHAIN|ROOT|PATH|ENV|TMPDIR|MAXPROCS|MEMLIMIT)'],
    ...[
      'GO(CACHE|MODCACHE|INSECURE|AUTH|VCS)',
      'CGO_(ENABLED|CFLAGS|CPPFLAGS|CXXFLAGS|LDFLAGS)',
      'CC',
      'CXX',
    ],
    ...['GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|TERMINAL_PROMPT|ALLOW_PROTOCOL|EXEC_PATH)'],
    ...['GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_[0-9]+|VALUE_[0-9]+)'],
    ...['GIT_SSL_(CAINFO|CAPATH|CERT|KEY|NO_VERIFY)', 'SSH_AUTH_SOCK', 'SSH_ASKPASS'],
    ...['PIP_(INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|CONFIG_FILE|CACHE_DIR|NO_CACHE_DIR|PROXY|CERT)'],
    ...[
      'PIP_(CLIENT_CERT|TRUSTED_HOST|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|KEYRING_PROVIDER|NO_INPUT|USE_FEATURE)',
    ],
    ...['PYENV_(ROOT|VERSION|DIR)', 'UV_(DEFAULT_)?INDEX', 'UV_(EXTRA_)?INDEX_URL'],
    ...['UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)', 'UV_(FIND_LINKS|CACHE_DIR|CONFIG_FILE|NO_CONFIG|OFFLINE)'],
    ...['UV_(NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|HTTP_TIMEOUT|HTTP_RETRIES|KEYRING_PROVIDER|LINK_MODE)'],
    ...['UV_CONCURRENT_(BUILDS|DOWNLOADS|INSTALLS)', 'UV_(PYTHON|PYTHON_PREFERENCE|PYTHON_INSTALL_DIR)'],
    ...['DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION|DEFAULT_PLATFORM|BUILDKIT)'],
    ...['COMPOSE_(PARALLEL_LIMIT|HTTP_TIMEOUT|ANSI|PROGRESS|STATUS_STDOUT|MENU|IGNORE_ORPHANS)'],
    ...['APT_CONFIG', 'DEBIAN_FRONTEND', 'NETRC', '(CURL|REQUESTS)_CA_BUNDLE', 'NIX_SSL_CERT_FILE'],
  ]),
  /** Python with the training packages, what it loads before them, and how many threads they take. */
  training: only([
    ...['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'LD_PRELOAD'],
    '(OMP|MKL|OPENBLAS|NUMEXPR|LOKY)_[A-Z_]+',
  ]),
  temporalCli: only([...PROXY, 'TEMPORAL_[A-Z0-9_]+', 'EDITOR', 'NO_COLOR', 'COLORTERM']),
} as const;

/**
 * The environment for a program that is not Asof's own: only what its purpose needs, because a program may show
 * its environment in a log or an error, and other programs of the user can read it. An installation also gets
 * the variables that `ASOF_INSTALL_ENV` names.
 */
export function childEnvironment(
  purpose: keyof typeof NEEDS,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const named = purpose === 'installer' ? (environment.ASOF_INSTALL_ENV?.split(/[\s,]+/) ?? []) : [];
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.filter(([name]) => ALWAYS.test(name) || NEEDS[purpose].test(name) || named.includes(name)),
  );
}

function only(names: readonly string[]): RegExp {
  return new RegExp(`^(${names.join('|')})$`);
}

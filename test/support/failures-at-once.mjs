/** A reporter of vitest that prints a failure when it happens: the default one waits for the end of all tests. */
export default class FailuresAtOnce {
  onTestCaseResult(test) {
    const { state, errors = [] } = test.result();
    if (state !== 'failed') return;
    for (const { diff = '', stack } of errors)
      console.error(`\n✖ ${test.module.relativeModuleId} > ${test.fullName}\n${stack}\n${diff}`);
  }
}

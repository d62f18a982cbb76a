/** The parameters, or tags, of one request. */
export const MOST_PARAMS = 100;
/**
 * The metrics of one request. MLflow takes 1,000, but fails when a request with more than 100 metrics of a
 * logged model is repeated.
 */
export const MOST_METRICS = 100;
/** The characters of the value of a parameter of a run. */
export const LONGEST_PARAM = 6_000;
/** The characters of the value of a tag of a run. */
export const LONGEST_TAG = 8_000;

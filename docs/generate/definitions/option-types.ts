/**
 * The types of options that no reader of TypeScript would take from their text, in words; of one that means another
 * thing elsewhere, behind the option's name.
 */
const IN_WORDS: Readonly<Record<string, string>> = {
  F: 'fields, by name',
  ReferenceFields: 'fields, by name',
  'features: Of': 'types, by name',
  'expression: Of': 'an [expression](#expressions), or a name',
  'EventSource<F>': 'an [event source](#eventsource)',
  'TrainingSet<Input>': 'a [training set](#trainingset)',
  'NoInfer<Input>': 'the name of an input',
  "FieldsOfType<F, 'string'>": 'the name of a string field',
  "FieldsOfType<F, 'string'>[]": 'names of string fields',
  "FieldsOfType<F, 'timestamp'>": 'the name of a timestamp field',
  '(keyof F & string)[]': 'names of fields',
  "EqualValues<F> | TypedExpression<'boolean', ReadingsOf<F>>": 'a [filter](#filters)',
  Where: 'a [filter](#filters)',
  'string | ListPlace': 'a [place](#several-events-in-a-record)',
  'string | FieldPlace | { envelope: string }': 'a [place](#fields)',
  EpochUnit: "`'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds'`",
  RecordFormat: "`'json' | 'registry_json' | 'avro'`",
  EnvelopeDefinition: 'an [envelope](#envelopes)',
  SourceRetention: '[durations](#retention)',
  TableRetention: '[durations](#retention)',
  StreamTableRetention: '[durations](#retention)',
  'Features & OperandsKnown<F, Features>': '[features](#features), by name',
  'ReferenceTable[]': '[reference tables](#referencetable)',
  'R[]': '[reference tables](#referencetable)',
  'Intermediate & DailyOperands<F, R, Intermediate, Intermediate & Features>':
    '[features](#day-tiles), by name',
  'Features & DailyOperands<F, R, Features, Intermediate & Features>': '[features](#day-tiles), by name',
  Schedule: 'a [schedule](#schedules)',
  'string | ({ column: string } & TimeOptions)': '`string | { column, unit } | { column, zone }`',
  Lookups: '[lookups](#lookup)',
  'string | SplitOptions': 'a name, or a [split](#splits)',
  Fields: 'fields, by name',
  'Features & ReadsKnown<Features, RequestReadings<LookedUpReadings<Lookups[number]>, Fields, Features>>':
    '[request features](#requestfeature)',
  Name: '`string`',
  'Chosen & KnownOptions<Chosen>': 'names, or `{ feature, as, default }`',
  '{ definition: FeatureTableDefinition }': 'a feature table',
  '{ definition: ModelDefinition }': 'a [model](#model)',
  ModelTask: "`'classification' | 'regression' | 'ranking'`",
  CorrectionRule: "`'ignore' | 'notify' | 'rebuild' | 'retrain'`",
  Estimator: 'a name, `{ python, minutes?, memoryMb? }` or `{ activity, taskQueue, minutes? }`',
  Parameters: 'numbers, by name; of your own estimator also texts and truth values',
  '{ [Name in NoInfer<Input>]?: readonly string[] }': 'texts, by input',
  '{ [Name in NoInfer<Input>]?: string[] }': 'texts, by input',
  "'balanced' | { [label: number]: number }": "`'balanced'`, or numbers, by label",
  '{ [Name in NoInfer<Input>]?: number }': 'numbers, by input',
};

/**
 * The type of an option, for readers.
 *
 * @param text the type as the option's declaration has it.
 * @throws Error for a type that is not in {@link IN_WORDS} and would say nothing to a reader.
 */
export function optionType(option: string, text: string): string {
  const plain = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\breadonly /g, '')
    .replace(/ \| undefined$/, '')
    .replaceAll(/; \}/g, ' }');
  const words = IN_WORDS[plain] ?? IN_WORDS[`${option}: ${plain}`];
  if (words !== undefined) return words;
  if (/\b[A-Z]\w*/.test(plain.replaceAll(/'[^']*'/g, '')))
    throw new Error(`say what '${plain}' is, in docs/generate/definitions/option-types.ts`);
  return `\`${plain}\``;
}

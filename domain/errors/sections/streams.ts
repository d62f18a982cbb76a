import type { ErrorSection } from '../error-entry.ts';

export const streamErrors = {
  ASOF_INPUT_INVALID: {
    kind: 'input',
    means:
      "a workflow's input, a time that a program gave, or `--until` of the demo, is not valid; the message names each field",
    do: 'correct it ([`streamFeatures`](stream-features.md#input), [the others](workflows.md))',
  },
  ASOF_TOPIC_MISSING: {
    kind: 'input',
    means: 'Kafka has no such topic',
    do: "run `npx asof apply`, or correct the source's `topic`",
  },
  ASOF_DATA_LOSS: {
    kind: 'input',
    means: 'Kafka deleted records before the stream read them',
    do: '[decide whether to go on](../how-to/operate-a-stream.md#asof_data_loss-kafka-deleted-records-before-they-were-read)',
  },
  ASOF_TOPIC_RECREATED: {
    kind: 'input',
    means:
      "somebody deleted the topic and made it again: a cursor is beyond the topic's head, or Kafka holds another record where the stream read the last one",
    do: '[use a new name, or start over](../how-to/operate-a-stream.md#asof_topic_recreated-the-topic-is-not-the-one-that-was-read)',
  },
  ASOF_CURSOR_MOVED: {
    kind: 'conflict',
    means: 'another attempt committed these offsets first; this one wrote nothing',
    do: 'nothing: the retry reads them again',
  },
  ASOF_DEFINITIONS_CHANGED: {
    kind: 'conflict',
    means:
      'while records were being processed, `apply` changed their source or one of its stream tables; nothing was written',
    do: 'nothing: the retry takes the new definitions',
  },
  ASOF_LEDGER_BROKEN: {
    kind: 'input',
    means: 'rows exist for which the offset ledger has no range; nothing was changed',
    do: "run `npx asof stream check`: somebody else wrote to Asof's tables, or Asof has a bug",
  },
  ASOF_KAFKA_READ_FAILED: {
    kind: 'unavailable',
    means: 'records did not come, or the consumer broke',
    do: 'look at Kafka; the retry uses a new consumer',
  },
  ASOF_TABLE_NOT_FILLED: {
    kind: 'input',
    means:
      'a stream table joined a source that had been read, and its past, or a field that it reads, is still being filled in; until then it can be neither trained on nor published',
    do: 'wait for the workflow `backfill-<table>`, which the stream starts, or run `npx asof backfill <table>` ([how far it is](../how-to/late-events.md#add-a-table-to-a-source-that-was-read))',
  },
  ASOF_BELOW_RETENTION: {
    kind: 'input',
    means:
      'a merge of late events, or a batch time, needs raw events or tiles that retention has removed; nothing was written',
    do: 'take a time after the one that the message names',
  },
  ASOF_RETENTION_FAILED: {
    kind: 'input',
    means: '`retention run`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again: it resumes where it stopped',
  },
  ASOF_BACKFILL_FAILED: {
    kind: 'input',
    means: '`backfill`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again: it resumes where it stopped',
  },
  ASOF_FIELD_FILL_FAILED: {
    kind: 'input',
    means:
      'the stored events of a source could not get a field that the source has gained; the message gives the reason. Tables that read the field wait for it',
    do: 'fix the cause and run `npx asof stream run <source> --until-caught-up`: the fill resumes where it stopped ([how far it is](../how-to/change/add-a-field.md))',
  },
  ASOF_BACKFILL_REFUSED: {
    kind: 'input',
    means:
      "the offline store refuses a step of a backfill because of the step's data, however small the step; the steps before it stay committed",
    do: 'remove what the message names, such as a constraint or a limit, and run the backfill again; until then the `status` of the stream shows it',
  },
  ASOF_STREAM_FAILED: {
    kind: 'input',
    means: '`stream run`: the workflow failed; the message gives the reason',
    do: 'fix the cause and run it again',
  },
  ASOF_STREAM_PAUSED: {
    kind: 'input',
    means: '`stream run`: the stream is paused',
    do: 'send the signal `resume`',
  },
  ASOF_IMPORT_FILE_INVALID: {
    kind: 'input',
    means:
      '`import --format csv` or `parquet`: the file is not of that format, is damaged, or has two columns that would be one member; rows before the fault may have been sent',
    do: 'correct the file; where rows were sent, import the rest alone, or let the source [remove duplicates](../how-to/duplicates.md)',
  },
} as const satisfies ErrorSection;

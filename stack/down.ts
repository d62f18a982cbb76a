import { join } from 'node:path';
import { composeDown } from './compose/compose.ts';
import { type StackLayout, stackLayout } from './layout.ts';
import { portPlan } from './ports.ts';
import { withLock } from './processes/lock.ts';
import { type ProcessRecord, forgetRecord, listRecords } from './processes/record.ts';
import { stopProcess } from './processes/stop.ts';
import { type Progress, reporterFor, secondsSince } from './progress.ts';
import { forgetState, readState } from './state.ts';

export interface DownOptions {
  progress: Progress;
  signal?: AbortSignal;
}

/** Stops all processes and containers of this stack. The data stays. */
export async function stackDown({
  progress,
  signal = new AbortController().signal,
}: DownOptions): Promise<void> {
  const started = performance.now();
  const layout = stackLayout();
  const onWait = (pid: number) => progress(`waiting for process ${pid}, which starts or stops this stack`);
  await withLock(join(layout.run, 'lock'), { signal, onWait }, () => stopAll(layout, progress, signal));
  progress(`stack '${layout.name}' is down after ${secondsSince(started)}`);
}

/** Stops workers before servers, because workers need the servers to finish their work. */
async function stopAll(layout: StackLayout, progress: Progress, signal: AbortSignal): Promise<void> {
  const records = listRecords(layout.run);
  for (const kind of ['background', 'server'] as const) {
    const ofKind = records.filter((record) => record.kind === kind);
    await Promise.all(ofKind.map((record) => stopRecorded(layout, record, progress)));
  }
  await stopContainers(layout, progress, signal);
  forgetState(layout.run);
}

async function stopRecorded(layout: StackLayout, record: ProcessRecord, progress: Progress): Promise<void> {
  await reporterFor(record.name, progress).step('stopping', () => stopProcess(record));
  forgetRecord(layout.run, record.name);
}

async function stopContainers(layout: StackLayout, progress: Progress, signal: AbortSignal): Promise<void> {
  const state = readState(layout.run);
  if (!state || !Object.values(state.servers).some(({ source }) => source === 'compose')) return;
  await reporterFor('docker', progress).step('stopping', (detail) =>
    composeDown({ layout, ports: portPlan(state.portBase), signal, detail }),
  );
}

import type { StackLayout } from '../layout.ts';
import type { PortPlan } from '../ports.ts';
import type { StackSecrets } from '../secrets.ts';
import type { Account } from '../servers/account.ts';

/** What the native servers of a stack share during their start. */
export interface NativeStack {
  layout: StackLayout;
  ports: PortPlan;
  secrets: StackSecrets;
  signal: AbortSignal;
  account: Account;
}

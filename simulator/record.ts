import { timeText } from './clock.ts';
import type { ShopEvent } from './visit.ts';

/** An event in the format of the `user-events` topic. */
export interface UserEvent {
  readonly user_id: string;
  readonly event_type: string;
  readonly product_id: string | null;
  readonly revenue: number | null;
  readonly session_id: string;
  readonly platform: string;
  readonly event_ts: string;
}

export function userEvent(event: ShopEvent): UserEvent {
  const { userId, eventType, product, revenue, sessionId, platform, at } = event;
  return {
    user_id: userId,
    event_type: eventType,
    product_id: product && product.productId,
    revenue: revenue && revenue / 100,
    session_id: sessionId,
    platform,
    event_ts: timeText(at),
  };
}

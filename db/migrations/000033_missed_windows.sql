-- Up Migration

ALTER TABLE events.late_events
  ALTER COLUMN missed_windows TYPE tstzrange
  USING tstzrange(missed_windows[1], missed_windows[array_upper(missed_windows, 1)], '[]');
COMMENT ON COLUMN events.late_events.missed_windows IS 'the windows that the event came too late for: the ends of the first and the last';

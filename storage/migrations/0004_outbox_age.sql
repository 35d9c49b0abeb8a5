-- Since when a row has been tried: what is given up after days counts from here, not from when it was written (it may wait for its time).
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS tried_since BIGINT NOT NULL DEFAULT 0 AFTER due_at;
UPDATE outbox SET tried_since = due_at WHERE tried_since = 0;

-- claims: how often a row was taken up, which tells hand-overs of one row apart; attempts now counts only what was tried since somebody last
-- asked for it. lane: what one slow server must not hold up for others. recipients_left: places in the message's list of people (NULL: all).
-- failures: [{recipient, status, error}]. settled_at: somebody has dealt with what could not be sent.
ALTER TABLE outbox
  ADD COLUMN IF NOT EXISTS claims INT NOT NULL DEFAULT 0 AFTER attempts,
  ADD COLUMN IF NOT EXISTS lane VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER channel,
  ADD COLUMN IF NOT EXISTS recipients_left TEXT CHARACTER SET ascii NULL AFTER payload,
  ADD COLUMN IF NOT EXISTS failures MEDIUMTEXT CHARACTER SET utf8mb4 NULL AFTER recipients_left,
  ADD COLUMN IF NOT EXISTS settled_at BIGINT NULL AFTER updated_at;
UPDATE outbox SET claims = attempts WHERE claims = 0;
UPDATE outbox SET recipients_left = JSON_EXTRACT(payload, '$.recipients') WHERE state = 0 AND recipients_left IS NULL AND JSON_VALID(payload) AND JSON_CONTAINS_PATH(payload, 'one', '$.recipients');

-- A provider's status code ("5.1.1") beside its words, and state 7 cancelled: taken back before it left.
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS status VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT '' AFTER last_error;

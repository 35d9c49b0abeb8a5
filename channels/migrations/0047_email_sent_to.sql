-- To whom a message of an inbox went, by keyed hash: some mail systems report a failed address and nothing else. Rows older than a week are cleared.
CREATE TABLE IF NOT EXISTS email_sent_to (
  lookup BINARY(32) NOT NULL,
  inbox_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (lookup, inbox_id, message_id),
  KEY email_sent_to_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

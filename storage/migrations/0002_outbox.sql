-- What is to leave the house. Written in the command's transaction, sent by the outbox worker.
-- state: 0 pending, 1 sending, 2 sent, 3 delivered, 4 failed, 5 dead, 6 uncertain (enum OutboxState).
CREATE TABLE IF NOT EXISTS outbox (
  id BIGINT NOT NULL AUTO_INCREMENT,
  channel VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id BIGINT NOT NULL DEFAULT 0,
  payload MEDIUMTEXT NOT NULL,
  state TINYINT NOT NULL DEFAULT 0,
  attempts INT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,
  lease_until BIGINT NULL,
  last_error VARCHAR(1000) NOT NULL DEFAULT '',
  provider_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY outbox_idempotency (channel, idempotency_key),
  KEY outbox_due (state, due_at),
  KEY outbox_lease (state, lease_until),
  KEY outbox_provider (channel, provider_id),
  KEY outbox_message (message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

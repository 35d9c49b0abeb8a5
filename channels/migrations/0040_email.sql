-- E-mail: settings of an inbox, every mail that came in, what it adds to messages.
CREATE TABLE IF NOT EXISTS email_inbox (
  inbox_id BIGINT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL,
  secrets VARBINARY(8000) NOT NULL,
  imap_position VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '{}',
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row for every mail that was accepted, whatever became of it. Its bytes are in `raw` (zlib), or, when they are many, a file named by sha256. `envelope` is sealed: who
-- wrote to whom, and the subject. `duplicate_key` is the same for copies of one mail; `rfc_id` is a keyed hash of its Message-ID.
CREATE TABLE IF NOT EXISTS mail (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  inbox_id BIGINT NULL,
  source VARCHAR(8) CHARACTER SET ascii NOT NULL,
  source_key VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL,
  state VARCHAR(12) CHARACTER SET ascii NOT NULL,
  reason VARCHAR(40) CHARACTER SET ascii NOT NULL,
  duplicate_key BINARY(32) NOT NULL,
  rfc_id BINARY(32) NULL,
  envelope MEDIUMBLOB NOT NULL,
  problems VARCHAR(500) CHARACTER SET ascii NOT NULL,
  size BIGINT NOT NULL,
  sha256 BINARY(32) NOT NULL,
  raw MEDIUMBLOB NULL,
  ticket_id BIGINT NULL,
  message_id BIGINT NULL,
  received_at BIGINT NOT NULL,
  UNIQUE KEY mail_duplicate (duplicate_key),
  UNIQUE KEY mail_source (source_key),
  KEY mail_rfc (rfc_id),
  KEY mail_state (state, id),
  KEY mail_inbox (inbox_id, id),
  KEY mail_message (message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The formatting of a message an agent wrote; of mail that came in it is read from the mail itself.
CREATE TABLE IF NOT EXISTS message_html (
  message_id BIGINT NOT NULL PRIMARY KEY,
  html MEDIUMTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS email_address_health (
  lookup BINARY(32) NOT NULL PRIMARY KEY,
  is_hard TINYINT NOT NULL,
  status VARCHAR(16) CHARACTER SET ascii NOT NULL,
  reason VARCHAR(500) NOT NULL,
  bounce_count INT NOT NULL DEFAULT 1,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS email_block (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pattern VARCHAR(254) NOT NULL,
  note VARCHAR(200) NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE KEY email_block_pattern (pattern)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Where a demo shop's outgoing mail ends.
CREATE TABLE IF NOT EXISTS demo_mail (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  raw MEDIUMBLOB NOT NULL,
  is_from_shop TINYINT NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The journal: every committed event under one gap-free number, and who has read how far.

-- The counter row. Nothing else may live here and nothing may refer to it: every commit of every lane takes this lock last.
CREATE TABLE IF NOT EXISTS journal_head (
  stream SMALLINT UNSIGNED NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (stream)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO journal_head (stream, seq) VALUES (1, 0);

-- No AUTO_INCREMENT here, ever: the numbers come from LAST_INSERT_ID(seq + n) on journal_head.
CREATE TABLE IF NOT EXISTS journal (
  stream SMALLINT UNSIGNED NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  kind SMALLINT UNSIGNED NOT NULL,
  ticket BIGINT NOT NULL,
  ticket_version INT UNSIGNED NOT NULL,
  idx SMALLINT UNSIGNED NOT NULL,
  command_id BINARY(16) NOT NULL,
  at BIGINT NOT NULL,
  body JSON NOT NULL,
  PRIMARY KEY (stream, seq),
  KEY journal_ticket (ticket, ticket_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- `uid` names this journal in cursors; give it a new value after a restore from a backup. `touches` is counted up by the small
-- commits that only make earlier ones durable.
CREATE TABLE IF NOT EXISTS journal_meta (
  id TINYINT NOT NULL,
  uid BINARY(8) NOT NULL,
  touches BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO journal_meta (id, uid) VALUES (1, UNHEX(LEFT(SHA2(CONCAT(UUID(), RAND()), 256), 16)));

-- Rows with seq <= low have been removed by retention.
CREATE TABLE IF NOT EXISTS journal_trim (
  stream SMALLINT UNSIGNED NOT NULL,
  low BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (stream)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO journal_trim (stream, low) VALUES (1, 0);

CREATE TABLE IF NOT EXISTS journal_follower (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- First answers of commands that carry a client-made key, so that a repetition gets the same answer.
CREATE TABLE IF NOT EXISTS command_outcome (
  principal VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status SMALLINT NOT NULL,
  outcome MEDIUMTEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (principal, idempotency_key),
  KEY command_outcome_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

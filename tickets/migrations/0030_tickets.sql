CREATE TABLE IF NOT EXISTS inbox (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  inbox_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(120) NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'chat',
  team_id BIGINT NULL,
  locale VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'en',
  accent VARCHAR(7) CHARACTER SET ascii NOT NULL DEFAULT '#2447c7',
  greeting VARCHAR(500) NOT NULL,
  allowed_domains TEXT NOT NULL,
  assignment VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'offer',
  offer_timeout_s INT NOT NULL DEFAULT 30,
  prechat TEXT NOT NULL,
  business_hours TEXT NOT NULL,
  secret VARBINARY(200) NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE KEY inbox_key (inbox_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS ticket (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number BIGINT NOT NULL DEFAULT 0,
  version INT UNSIGNED NOT NULL DEFAULT 0,
  subject VARCHAR(200) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'new',
  priority VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'normal',
  type VARCHAR(12) CHARACTER SET ascii NULL,
  tags TEXT NOT NULL,
  inbox_id BIGINT NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii NOT NULL,
  team_id BIGINT NULL,
  assignee_id BIGINT NULL,
  requester_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  waiting_since BIGINT NULL,
  queued_at BIGINT NULL,
  offer_agent_id BIGINT NULL,
  offer_expires_at BIGINT NULL,
  customer_message_count INT NOT NULL DEFAULT 0,
  message_count INT NOT NULL DEFAULT 0,
  last_message_id BIGINT NULL,
  custom_fields TEXT NOT NULL,
  solved_at BIGINT NULL,
  rating_score TINYINT NULL,
  rating_comment VARCHAR(1000) NULL,
  rated_at BIGINT NULL,
  KEY ticket_updated (updated_at, id),
  KEY ticket_state (state, team_id, assignee_id),
  KEY ticket_assignee (assignee_id, state, updated_at),
  KEY ticket_team (team_id, state, updated_at),
  KEY ticket_requester (requester_id, created_at),
  KEY ticket_queue (queued_at),
  KEY ticket_offer (offer_agent_id, offer_expires_at),
  KEY ticket_number (number)
) ENGINE=InnoDB AUTO_INCREMENT=10001 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS message (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket_id BIGINT NOT NULL,
  client_key VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  author_kind VARCHAR(10) CHARACTER SET ascii NOT NULL,
  author_id BIGINT NULL,
  channel VARCHAR(16) CHARACTER SET ascii NOT NULL,
  text MEDIUMTEXT NOT NULL,
  code VARCHAR(40) CHARACTER SET ascii NULL,
  params TEXT NULL,
  attachment_count INT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE KEY message_client (client_key),
  KEY message_ticket (ticket_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS attachment (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id BIGINT NULL,
  uploader VARCHAR(40) CHARACTER SET ascii NOT NULL,
  sha256 BINARY(32) NOT NULL,
  name VARCHAR(200) NOT NULL,
  content_type VARCHAR(100) CHARACTER SET ascii NOT NULL,
  size BIGINT NOT NULL,
  width INT NULL,
  height INT NULL,
  created_at BIGINT NOT NULL,
  KEY attachment_message (message_id),
  KEY attachment_sha (sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS ticket_position (
  ticket_id BIGINT NOT NULL PRIMARY KEY,
  customer_read_message_id BIGINT NOT NULL DEFAULT 0,
  customer_delivered_message_id BIGINT NOT NULL DEFAULT 0,
  agent_read_message_id BIGINT NOT NULL DEFAULT 0,
  agent_delivered_message_id BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS ticket_read (
  ticket_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  read_count INT NOT NULL,
  PRIMARY KEY (ticket_id, agent_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS draft (
  ticket_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
  text TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (ticket_id, agent_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS assignment_decision (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  agent_id BIGINT NULL,
  reason VARCHAR(40) CHARACTER SET ascii NOT NULL,
  explanation TEXT NOT NULL,
  KEY assignment_decision_ticket (ticket_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

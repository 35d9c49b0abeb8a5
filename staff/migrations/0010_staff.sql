CREATE TABLE IF NOT EXISTS workspace (
  id TINYINT NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  locale VARCHAR(10) NOT NULL,
  is_demo TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS agent (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  name VARCHAR(120) NOT NULL,
  role VARCHAR(16) CHARACTER SET ascii NOT NULL,
  status VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'online',
  locale VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'en',
  chat_capacity INT NOT NULL DEFAULT 5,
  is_active TINYINT NOT NULL DEFAULT 1,
  password_hash VARCHAR(200) CHARACTER SET ascii NOT NULL,
  totp_secret VARBINARY(200) NULL,
  totp_is_active TINYINT NOT NULL DEFAULT 0,
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  notification_settings TEXT NOT NULL,
  last_assigned_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE KEY agent_email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS team (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE KEY team_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS team_member (
  team_id BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  PRIMARY KEY (team_id, agent_id),
  KEY team_member_agent (agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS agent_session (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  agent_id BIGINT NOT NULL,
  csrf_token VARCHAR(64) CHARACTER SET ascii NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  remote_address VARCHAR(64) NOT NULL,
  user_agent VARCHAR(300) NOT NULL,
  UNIQUE KEY agent_session_token (token_hash),
  KEY agent_session_agent (agent_id),
  KEY agent_session_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS api_token (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  agent_id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NULL,
  UNIQUE KEY api_token_hash (token_hash),
  KEY api_token_agent (agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS recovery_code (
  agent_id BIGINT NOT NULL,
  code_hash BINARY(32) NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (agent_id, code_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS audit_entry (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at BIGINT NOT NULL,
  agent_id BIGINT NULL,
  action VARCHAR(60) CHARACTER SET ascii NOT NULL,
  target VARCHAR(120) NOT NULL,
  detail TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

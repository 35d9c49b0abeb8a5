-- What an agent writes under his mails; the inbox's own signature follows it.
CREATE TABLE IF NOT EXISTS agent_signature (
  agent_id BIGINT NOT NULL PRIMARY KEY,
  html TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

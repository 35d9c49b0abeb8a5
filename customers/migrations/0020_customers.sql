CREATE TABLE IF NOT EXISTS customer (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  locale VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'en',
  is_verified TINYINT NOT NULL DEFAULT 0,
  note TEXT NOT NULL,
  custom_fields TEXT NOT NULL,
  wrapped_key VARBINARY(128) NOT NULL,
  merged_into BIGINT NULL,
  page_url VARCHAR(2000) NULL,
  page_title VARCHAR(300) NULL,
  page_at BIGINT NULL,
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  KEY customer_last_seen (last_seen_at, id),
  KEY customer_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS customer_identity (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  lookup BINARY(32) NOT NULL,
  value VARBINARY(800) NOT NULL,
  is_verified TINYINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE KEY customer_identity_owner (customer_id, kind, lookup),
  KEY customer_identity_lookup (kind, lookup)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

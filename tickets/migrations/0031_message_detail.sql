-- What a message's channel adds to it (e-mail: who wrote to whom), sealed with the key of customer detail_owner.
ALTER TABLE message
  ADD COLUMN IF NOT EXISTS detail MEDIUMBLOB NULL AFTER params,
  ADD COLUMN IF NOT EXISTS detail_owner BIGINT NULL AFTER detail;

-- The e-mail inbox that answers by mail leave from, where a conversation began in a chat inbox. Null: chats are answered in the chat only.
ALTER TABLE inbox ADD COLUMN email_inbox_id BIGINT NULL AFTER business_hours;

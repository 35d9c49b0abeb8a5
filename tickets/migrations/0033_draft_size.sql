-- A formatted reply is kept as a draft as well.
ALTER TABLE draft MODIFY COLUMN text MEDIUMTEXT NOT NULL;

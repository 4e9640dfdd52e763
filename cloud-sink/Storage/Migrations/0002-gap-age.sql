-- When the first record of a range came, unix milliseconds: since then the gaps below it are known. Of ranges that stand already
-- nobody knows it; now is the latest that it can be, so no gap closes too early.
ALTER TABLE sequence_range ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE sequence_range SET since = 1000 * unixepoch();

-- When the first record of a range came, unix milliseconds: since then the gaps below it are known.
ALTER TABLE sequence_range ADD COLUMN since BIGINT NOT NULL;

-- As the file of this name for SQLite. Every primary key of a zone's tables begins with the zone, so that the zone can be the key by which
-- the tables are distributed. The months of "record" are made as they are needed; what fits in none lies in the default.
CREATE TABLE record (
    zone         TEXT   NOT NULL,
    window_index BIGINT NOT NULL,
    device       TEXT   NOT NULL,
    start        BIGINT NOT NULL, -- unix seconds
    sequence     BIGINT NOT NULL,
    received_at  BIGINT NOT NULL, -- unix milliseconds
    disputed     BIGINT NOT NULL DEFAULT 0, -- 1: another payload came for the key, this one does not count
    payload      BYTEA  NOT NULL,
    PRIMARY KEY (zone, window_index, device, start)
) PARTITION BY RANGE (start);
CREATE TABLE record_other PARTITION OF record DEFAULT;

-- Rows of these three are written again and again: room on the page spares the index.
CREATE TABLE zone (
    zone         TEXT   NOT NULL PRIMARY KEY,
    site         TEXT   NOT NULL,
    device       TEXT   NOT NULL,
    seconds      BIGINT NOT NULL,
    first_start  BIGINT NOT NULL,
    last_start   BIGINT NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE zone_day (
    zone     TEXT   NOT NULL,
    day      BIGINT NOT NULL, -- days since 0001-01-01
    windows  BIGINT NOT NULL,
    released BIGINT NOT NULL,
    seconds  BIGINT NOT NULL,
    coverage BIGINT NOT NULL,
    passages BIGINT NOT NULL,
    PRIMARY KEY (zone, day)
) WITH (fillfactor = 90);

CREATE TABLE zone_day_count (
    zone      TEXT   NOT NULL,
    day       BIGINT NOT NULL,
    behaviour TEXT   NOT NULL,
    count     BIGINT NOT NULL,
    PRIMARY KEY (zone, day, behaviour)
) WITH (fillfactor = 90);

-- Which sequences of a device are committed, as ranges that never touch.
CREATE TABLE sequence_range (
    device TEXT   NOT NULL,
    first  BIGINT NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (device, first)
) WITH (fillfactor = 50);

-- Payloads only of conflicts: a refused record may hold counts without noise.
CREATE TABLE quarantine (
    device       TEXT   NOT NULL,
    zone         TEXT   NOT NULL,
    window_index BIGINT NOT NULL,
    reason       BIGINT NOT NULL,
    payload      BYTEA  NOT NULL,
    sequence     BIGINT NOT NULL,
    received_at  BIGINT NOT NULL,
    digest       BYTEA  NOT NULL GENERATED ALWAYS AS (sha256(payload)) STORED, -- a payload may be too long for an index
    PRIMARY KEY (zone, device, window_index, reason, digest)
);
CREATE INDEX quarantine_by_device ON quarantine (device);

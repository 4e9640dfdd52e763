-- The records as they arrived. The payload is the truth; every other table can be made again from it.
CREATE TABLE record (
    zone         TEXT    NOT NULL,
    window_index INTEGER NOT NULL,
    device       TEXT    NOT NULL,
    start        INTEGER NOT NULL, -- unix seconds
    sequence     INTEGER NOT NULL,
    received_at  INTEGER NOT NULL, -- unix milliseconds
    disputed     INTEGER NOT NULL DEFAULT 0, -- 1: another payload came for the key, this one does not count
    payload      BLOB    NOT NULL,
    PRIMARY KEY (zone, window_index, device)
) WITHOUT ROWID;

CREATE TABLE zone (
    zone         TEXT    NOT NULL PRIMARY KEY,
    site         TEXT    NOT NULL,
    device       TEXT    NOT NULL,
    seconds      INTEGER NOT NULL,
    first_start  INTEGER NOT NULL,
    last_start   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE zone_day (
    zone     TEXT    NOT NULL,
    day      INTEGER NOT NULL, -- days since 0001-01-01
    windows  INTEGER NOT NULL,
    released INTEGER NOT NULL,
    seconds  INTEGER NOT NULL,
    coverage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    PRIMARY KEY (zone, day)
) WITHOUT ROWID;

CREATE TABLE zone_day_count (
    zone      TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    behaviour TEXT    NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (zone, day, behaviour)
) WITHOUT ROWID;

-- Which sequences of a device are committed, as ranges that never touch.
CREATE TABLE sequence_range (
    device TEXT    NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (device, first)
) WITHOUT ROWID;

-- Payloads only of conflicts: a refused record may hold counts without noise.
CREATE TABLE quarantine (
    device       TEXT    NOT NULL,
    zone         TEXT    NOT NULL,
    window_index INTEGER NOT NULL,
    reason       INTEGER NOT NULL,
    payload      BLOB    NOT NULL,
    sequence     INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    PRIMARY KEY (device, zone, window_index, reason, payload)
) WITHOUT ROWID;

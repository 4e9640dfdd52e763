-- The newest health report of each device, as it was signed.
CREATE TABLE device_health (
    device      TEXT    NOT NULL PRIMARY KEY,
    at          INTEGER NOT NULL, -- unix seconds: the report's own hour
    payload     BLOB    NOT NULL,
    signature   TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    received_at INTEGER NOT NULL  -- unix milliseconds: when these bytes first came
) WITHOUT ROWID;

-- Every command that was ever given, and who gave it: never deleted.
CREATE TABLE device_command (
    device   TEXT    NOT NULL,
    id       INTEGER NOT NULL,
    payload  BLOB    NOT NULL,
    asked_by TEXT    NOT NULL, -- the user of this machine
    asked_at INTEGER NOT NULL, -- unix milliseconds
    sent_at  INTEGER,          -- when the broker took it
    PRIMARY KEY (device, id)
) WITHOUT ROWID;

-- What the device answered, as it signed it, in order of arrival.
CREATE TABLE device_answer (
    device      TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    arrival     INTEGER NOT NULL,
    payload     BLOB    NOT NULL,
    signature   TEXT    NOT NULL,
    key_id      TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (device, id, arrival)
) WITHOUT ROWID;

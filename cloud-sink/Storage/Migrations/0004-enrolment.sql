-- Who may report what. The key that is approved here is the one in device_key, too.
CREATE TABLE device (
    device       TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    state        INTEGER NOT NULL, -- 0 invited, 1 waiting, 2 approved, 3 revoked
    since        INTEGER NOT NULL, -- unix milliseconds
    site         TEXT,
    zones        TEXT    NOT NULL, -- names, separated by commas
    asked_site   TEXT,
    asked_zones  TEXT    NOT NULL,
    claim_hash   TEXT,             -- sha256 of the secret, hexadecimal
    claim_until  INTEGER NOT NULL, -- unix milliseconds
    wrong_claims INTEGER NOT NULL,
    public_key   BLOB    NOT NULL  -- SubjectPublicKeyInfo, empty before the device came
) WITHOUT ROWID;

-- Every change; the highest id tells a running sink that there is news.
CREATE TABLE device_history (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT    NOT NULL,
    at     INTEGER NOT NULL, -- unix milliseconds
    state  INTEGER NOT NULL,
    change TEXT    NOT NULL,
    key_id TEXT,
    zones  TEXT    NOT NULL
);
CREATE INDEX device_history_by_device ON device_history (device, id);

CREATE TABLE certificate (
    serial     TEXT    NOT NULL PRIMARY KEY, -- hexadecimal
    device     TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    der        BLOB    NOT NULL,
    issued_at  INTEGER NOT NULL, -- unix milliseconds
    not_after  INTEGER NOT NULL, -- unix milliseconds
    revoked_at INTEGER           -- unix milliseconds
) WITHOUT ROWID;
CREATE INDEX certificate_by_device ON certificate (device, issued_at);

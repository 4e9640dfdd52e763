-- Who may report what. The key that is approved here is the one in device_key, too.
CREATE TABLE device (
    device       TEXT   NOT NULL PRIMARY KEY,
    version      BIGINT NOT NULL,
    state        BIGINT NOT NULL, -- 0 invited, 1 waiting, 2 approved, 3 revoked
    since        BIGINT NOT NULL, -- unix milliseconds
    site         TEXT,
    zones        TEXT   NOT NULL, -- names, separated by commas
    asked_site   TEXT,
    asked_zones  TEXT   NOT NULL,
    claim_hash   TEXT,            -- sha256 of the secret, hexadecimal
    claim_until  BIGINT NOT NULL, -- unix milliseconds
    wrong_claims BIGINT NOT NULL,
    public_key   BYTEA  NOT NULL  -- SubjectPublicKeyInfo, empty before the device came
);

-- Every change; the highest id tells a running sink that there is news. Changes come one after another, so ids are committed in their order.
CREATE TABLE device_history (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device TEXT   NOT NULL,
    at     BIGINT NOT NULL, -- unix milliseconds
    state  BIGINT NOT NULL,
    change TEXT   NOT NULL,
    key_id TEXT,
    zones  TEXT   NOT NULL
);
CREATE INDEX device_history_by_device ON device_history (device, id);

CREATE TABLE certificate (
    serial     TEXT   NOT NULL PRIMARY KEY, -- hexadecimal
    device     TEXT   NOT NULL,
    key_id     TEXT   NOT NULL,
    der        BYTEA  NOT NULL,
    issued_at  BIGINT NOT NULL, -- unix milliseconds
    not_after  BIGINT NOT NULL, -- unix milliseconds
    revoked_at BIGINT           -- unix milliseconds
);
CREATE INDEX certificate_by_device ON certificate (device, issued_at);

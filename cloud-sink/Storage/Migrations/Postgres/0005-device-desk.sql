-- The newest health report of each device, as it was signed.
CREATE TABLE device_health (
    device      TEXT   NOT NULL PRIMARY KEY,
    at          BIGINT NOT NULL, -- unix seconds: the report's own hour
    payload     BYTEA  NOT NULL,
    signature   TEXT   NOT NULL,
    key_id      TEXT   NOT NULL,
    received_at BIGINT NOT NULL  -- unix milliseconds: when these bytes first came
);

-- Every command that was ever given, and who gave it: never deleted.
CREATE TABLE device_command (
    device   TEXT   NOT NULL,
    id       BIGINT NOT NULL,
    payload  BYTEA  NOT NULL,
    asked_by TEXT   NOT NULL, -- the user of the machine on which it was given
    asked_at BIGINT NOT NULL, -- unix milliseconds
    sent_at  BIGINT,          -- when the broker took it
    PRIMARY KEY (device, id)
);

-- What the device answered, as it signed it, in order of arrival.
CREATE TABLE device_answer (
    device      TEXT   NOT NULL,
    id          BIGINT NOT NULL,
    arrival     BIGINT NOT NULL,
    payload     BYTEA  NOT NULL,
    signature   TEXT   NOT NULL,
    key_id      TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (device, id, arrival)
);

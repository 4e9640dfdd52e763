-- Every manifest that a device ever sent, by the digest of its exact bytes. The newest arrival is the one in force; arrivals are
-- counted, because two may come in one millisecond.
CREATE TABLE manifest (
    device    TEXT   NOT NULL,
    digest    TEXT   NOT NULL, -- sha256 of the payload, hexadecimal
    payload   BYTEA  NOT NULL,
    signature TEXT   NOT NULL,
    key_id    TEXT   NOT NULL,
    first_at  BIGINT NOT NULL, -- unix milliseconds
    arrival   BIGINT NOT NULL,
    PRIMARY KEY (device, digest)
);

-- The first key that a device showed; no other is taken until this one is forgotten.
CREATE TABLE device_key (
    device TEXT   NOT NULL PRIMARY KEY,
    key_id TEXT   NOT NULL,
    since  BIGINT NOT NULL -- unix milliseconds
);

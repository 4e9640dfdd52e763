-- Keys and certificates for machines. Of a key only its hash is here.
CREATE TABLE api_key (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       INTEGER NOT NULL, -- 0 key, 1 certificate
    hash       TEXT    NOT NULL, -- sha256 of the key, or of the certificate's public key, hexadecimal
    scopes     TEXT    NOT NULL, -- read, operate, separated by commas
    added_at   INTEGER NOT NULL, -- unix milliseconds
    expires_at INTEGER NOT NULL  -- unix milliseconds
) WITHOUT ROWID;

-- Who is told of changed grades. The secret signs what is sent and cannot be a hash.
CREATE TABLE webhook (
    id             TEXT    NOT NULL PRIMARY KEY,
    url            TEXT    NOT NULL,
    secret         TEXT    NOT NULL,
    allows_private INTEGER NOT NULL, -- 1: its host may have an address of a private network
    added_at       INTEGER NOT NULL  -- unix milliseconds
) WITHOUT ROWID;

CREATE TABLE webhook_delivery (
    webhook  TEXT    NOT NULL,
    id       TEXT    NOT NULL, -- the same for every receiver of one change
    body     TEXT    NOT NULL,
    made_at  INTEGER NOT NULL, -- unix milliseconds
    attempts INTEGER NOT NULL,
    next_at  INTEGER NOT NULL, -- unix milliseconds; nobody else sends it before
    done_at  INTEGER,          -- unix milliseconds
    outcome  TEXT    NOT NULL,
    PRIMARY KEY (webhook, id)
) WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE done_at IS NULL;

-- The grade that was last told of each zone.
CREATE TABLE told_grade (
    zone  TEXT    NOT NULL PRIMARY KEY,
    grade TEXT    NOT NULL,
    since INTEGER NOT NULL -- unix milliseconds
) WITHOUT ROWID;

-- What each commit stored, for those who listen: kept for minutes. Numbers are never given twice.
CREATE TABLE live_batch (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    at   INTEGER NOT NULL, -- unix milliseconds
    keys TEXT    NOT NULL  -- a line for each record: zone, window, device
);

-- Who changed what scores rest on: each line bound to all before it, never changed, never deleted.
CREATE TABLE audit (
    number  INTEGER NOT NULL PRIMARY KEY, -- 1, 2, 3, ...
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    TEXT    NOT NULL,
    hash    TEXT    NOT NULL              -- sha256 over the hash before, a line end and the line; hexadecimal
);
CREATE INDEX audit_by_subject ON audit (kind, subject, number);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;

CREATE TABLE policy (
    id           TEXT    NOT NULL PRIMARY KEY,
    bytes        BLOB    NOT NULL, -- exactly as published; what is signed
    sha256       TEXT    NOT NULL,
    published_at INTEGER NOT NULL  -- unix milliseconds
) WITHOUT ROWID;

CREATE TABLE policy_signature (
    policy    TEXT    NOT NULL,
    role      INTEGER NOT NULL, -- 0 operator, 1 council, 2 civil society
    key_id    TEXT    NOT NULL,
    signature TEXT    NOT NULL,
    taken_at  INTEGER NOT NULL, -- unix milliseconds
    PRIMARY KEY (policy, role)
) WITHOUT ROWID;

CREATE TABLE policy_activation (
    number      INTEGER NOT NULL PRIMARY KEY,
    policy      TEXT    NOT NULL,
    starts_at   INTEGER NOT NULL, -- unix milliseconds
    ends_at     INTEGER NOT NULL, -- unix milliseconds
    decided_at  INTEGER NOT NULL  -- unix milliseconds
);

-- The key of each role as it was last seen in the configuration.
CREATE TABLE policy_role_key (
    role   INTEGER NOT NULL PRIMARY KEY,
    key_id TEXT    NOT NULL
);

CREATE TABLE contest (
    number          INTEGER NOT NULL PRIMARY KEY, -- 1, 2, 3, ...
    zone            TEXT    NOT NULL,
    behaviour       TEXT,             -- null: the zone as a whole
    reason          INTEGER NOT NULL,
    opened_at       INTEGER NOT NULL, -- unix milliseconds
    acknowledged_at INTEGER,
    remeasured_at   INTEGER,
    decided_at      INTEGER,
    outcome         INTEGER,          -- 0 uphold, 1 exclude, 2 recalibrate, 3 disable
    ruled_behaviour TEXT,
    excluded_from   INTEGER,          -- days since 0001-01-01
    excluded_to     INTEGER
);
CREATE INDEX contest_by_zone ON contest (zone, number);

CREATE TABLE contest_measure (
    contest         INTEGER NOT NULL,
    behaviour       TEXT    NOT NULL,
    true_positives  INTEGER NOT NULL,
    false_positives INTEGER NOT NULL,
    misses          INTEGER NOT NULL,
    PRIMARY KEY (contest, behaviour)
) WITHOUT ROWID;

-- Who objects has a receipt and no name. The words are for the operator alone and go when the contest is decided.
CREATE TABLE contest_objection (
    receipt_hash TEXT    NOT NULL PRIMARY KEY, -- sha256 of the receipt, hexadecimal
    contest      INTEGER NOT NULL,
    at           INTEGER NOT NULL, -- unix milliseconds
    words        TEXT
) WITHOUT ROWID;
CREATE INDEX contest_objection_by_contest ON contest_objection (contest, at);

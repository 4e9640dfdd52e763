-- Who changed what scores rest on: each line bound to all before it, never changed, never deleted.
CREATE TABLE audit (
    number  BIGINT NOT NULL PRIMARY KEY, -- 1, 2, 3, ...
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    TEXT    NOT NULL,
    hash    TEXT    NOT NULL              -- sha256 over the hash before, a line end and the line; hexadecimal
);
CREATE INDEX audit_by_subject ON audit (kind, subject, number);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only.';
END
$$;

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TABLE policy (
    id           TEXT    NOT NULL PRIMARY KEY,
    bytes        BYTEA   NOT NULL, -- exactly as published; what is signed
    sha256       TEXT    NOT NULL,
    published_at BIGINT NOT NULL  -- unix milliseconds
);

CREATE TABLE policy_signature (
    policy    TEXT    NOT NULL,
    role      BIGINT NOT NULL, -- 0 operator, 1 council, 2 civil society
    key_id    TEXT    NOT NULL,
    signature TEXT    NOT NULL,
    taken_at  BIGINT NOT NULL, -- unix milliseconds
    PRIMARY KEY (policy, role)
);

CREATE TABLE policy_activation (
    number      BIGINT NOT NULL PRIMARY KEY,
    policy      TEXT    NOT NULL,
    starts_at   BIGINT NOT NULL, -- unix milliseconds
    ends_at     BIGINT NOT NULL, -- unix milliseconds
    decided_at  BIGINT NOT NULL  -- unix milliseconds
);

-- The key of each role as it was last seen in the configuration.
CREATE TABLE policy_role_key (
    role   BIGINT NOT NULL PRIMARY KEY,
    key_id TEXT    NOT NULL
);

CREATE TABLE contest (
    number          BIGINT NOT NULL PRIMARY KEY, -- 1, 2, 3, ...
    zone            TEXT    NOT NULL,
    behaviour       TEXT,             -- null: the zone as a whole
    reason          BIGINT NOT NULL,
    opened_at       BIGINT NOT NULL, -- unix milliseconds
    acknowledged_at BIGINT,
    remeasured_at   BIGINT,
    decided_at      BIGINT,
    outcome         BIGINT,          -- 0 uphold, 1 exclude, 2 recalibrate, 3 disable
    ruled_behaviour TEXT,
    excluded_from   BIGINT,          -- days since 0001-01-01
    excluded_to     BIGINT
);
CREATE INDEX contest_by_zone ON contest (zone, number);

CREATE TABLE contest_measure (
    contest         BIGINT NOT NULL,
    behaviour       TEXT    NOT NULL,
    true_positives  BIGINT NOT NULL,
    false_positives BIGINT NOT NULL,
    misses          BIGINT NOT NULL,
    PRIMARY KEY (contest, behaviour)
);

-- Who objects has a receipt and no name. The words are for the operator alone and go when the contest is decided.
CREATE TABLE contest_objection (
    receipt_hash TEXT    NOT NULL PRIMARY KEY, -- sha256 of the receipt, hexadecimal
    contest      BIGINT NOT NULL,
    at           BIGINT NOT NULL, -- unix milliseconds
    words        TEXT
);
CREATE INDEX contest_objection_by_contest ON contest_objection (contest, at);

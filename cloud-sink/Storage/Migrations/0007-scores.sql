-- The score of each zone as it stands, one row for each policy that is computed: what lists are made of.
CREATE TABLE zone_score (
    zone           TEXT    NOT NULL,
    policy         TEXT    NOT NULL,
    shadow         INTEGER NOT NULL, -- 1: what it would be under a policy that is not in force
    day            INTEGER NOT NULL, -- as of, days since 0001-01-01
    site           TEXT    NOT NULL,
    score          REAL    NOT NULL,
    half_width     REAL    NOT NULL,
    grade          TEXT    NOT NULL,
    band           TEXT    NOT NULL,
    ungraded       INTEGER NOT NULL,
    exposure       REAL    NOT NULL,
    released_share REAL    NOT NULL,
    points         TEXT    NOT NULL, -- JSON: behaviour to points
    drift          TEXT    NOT NULL, -- words of what drifts, separated by blanks; empty for nothing
    rules          TEXT    NOT NULL,
    inputs         TEXT    NOT NULL,
    computed_at    INTEGER NOT NULL, -- unix milliseconds
    last_start     INTEGER NOT NULL, -- of the zone's newest window then, unix seconds
    PRIMARY KEY (zone, policy)
) WITHOUT ROWID;

CREATE INDEX zone_score_by_score ON zone_score (policy, score, zone);
CREATE INDEX zone_score_by_grade ON zone_score (policy, grade, zone);

-- The score of each day that is over. Nothing is changed here: a day that is computed again to another result gets a revision more.
CREATE TABLE score_day (
    zone           TEXT    NOT NULL,
    policy         TEXT    NOT NULL,
    day            INTEGER NOT NULL,
    revision       INTEGER NOT NULL, -- from 1
    shadow         INTEGER NOT NULL,
    score          REAL    NOT NULL,
    half_width     REAL    NOT NULL,
    grade          TEXT    NOT NULL,
    band           TEXT    NOT NULL,
    exposure       REAL    NOT NULL,
    released_share REAL    NOT NULL,
    points         TEXT    NOT NULL,
    rules          TEXT    NOT NULL, -- digest of policy, factors and decisions of the zone
    inputs         TEXT    NOT NULL, -- digest of all its rows up to the day
    reason         TEXT    NOT NULL, -- why there is this revision
    computed_at    INTEGER NOT NULL,
    PRIMARY KEY (zone, policy, day, revision)
) WITHOUT ROWID;

-- The sums of all days up to one, from which a score goes on.
CREATE TABLE score_state (
    zone   TEXT    NOT NULL,
    policy TEXT    NOT NULL,
    day    INTEGER NOT NULL,
    rules  TEXT    NOT NULL,
    state  TEXT    NOT NULL, -- JSON
    chain  TEXT    NOT NULL, -- digest of its rows, whole
    PRIMARY KEY (zone, policy)
) WITHOUT ROWID;

-- Zones whose rows or rules were changed by something other than a record, for whichever sink computes them again.
CREATE TABLE score_due (
    zone   TEXT    NOT NULL PRIMARY KEY,
    reason TEXT    NOT NULL,
    since  INTEGER NOT NULL -- unix milliseconds
) WITHOUT ROWID;

-- A pass over all zones, cut into ranges; each sink takes one after the other.
CREATE TABLE score_pass (
    day           INTEGER NOT NULL, -- the day that was over
    rules         TEXT    NOT NULL, -- digest of all rules and shadows
    part          INTEGER NOT NULL,
    after_zone    TEXT    NOT NULL,
    up_to_zone    TEXT    NOT NULL, -- empty: to the end
    claimed_until INTEGER NOT NULL, -- unix milliseconds; 0: nobody has it
    done_at       INTEGER NOT NULL, -- 0: not yet
    PRIMARY KEY (day, rules, part)
) WITHOUT ROWID;

-- When a shadow was first computed: it ends 28 days later.
CREATE TABLE shadow_policy (
    policy TEXT    NOT NULL,
    digest TEXT    NOT NULL,
    since  INTEGER NOT NULL, -- day
    PRIMARY KEY (policy, digest)
) WITHOUT ROWID;

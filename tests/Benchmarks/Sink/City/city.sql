-- A generated city: zones, and their sums of days as the ingestion would have left them. No record is in it. Run it on a database that a
-- sink has made and that is empty:
--   psql -v zones=1000000 -v days=28 -f city.sql
-- Rows lie in the order in which they would have come: day by day, and in each day the zones as chance has it. Indexes are built at the end
-- and are therefore as small as they can be; a database that grew has larger ones.
\set ON_ERROR_STOP on
\timing on
BEGIN;
DO $$ BEGIN
  IF EXISTS (SELECT FROM zone) THEN RAISE 'there are zones in this database already; take an empty one'; END IF;
END $$;
ALTER TABLE zone_day DROP CONSTRAINT zone_day_pkey;
ALTER TABLE zone_day_count DROP CONSTRAINT zone_day_count_pkey;
DROP INDEX IF EXISTS zone_by_site, zone_day_by_day, zone_day_count_by_day;
-- Written into tables of this transaction nothing of it need stand in the log, where wal_level is minimal.
TRUNCATE zone, zone_day, zone_day_count;
SELECT set_config('city.zones', :'zones', false), set_config('city.days', :'days', false);

INSERT INTO zone
SELECT format('city-%s', lpad(i::text, 7, '0')), format('site-%s', lpad((i / 20)::text, 5, '0')), format('edge-%s', lpad((i / 4)::text, 6, '0')), 3600,
       extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => :days))::bigint,
       extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC'))::bigint - 3600
FROM generate_series(0, :zones - 1) AS i;

-- Each zone has rates of its own around the references; a day has 24 windows, a few of them not released.
DO $$
DECLARE
  zones CONSTANT bigint := current_setting('city.zones')::bigint;
  days CONSTANT int := current_setting('city.days')::int;
  today CONSTANT bigint := (now() AT TIME ZONE 'UTC')::date - DATE '0001-01-01';
BEGIN
  PERFORM setseed(0.5);
  FOR d IN today - days .. today - 1 LOOP
    INSERT INTO zone_day
    SELECT format('city-%s', lpad((i * 617 % zones)::text, 7, '0')), d, 24, 18 + (i * 31 + d) % 7, 86400, 216 + i % 25, 4000 + (i * 37 + d * 101) % 3000
    FROM generate_series(0, zones - 1) AS i;
    INSERT INTO zone_day_count
    SELECT format('city-%s', lpad((i * 617 % zones)::text, 7, '0')), d, b.name,
           round(5 * b.reference * (0.4 + 1.6 * (hashint8(i * 617 % zones) & 1023) / 1024.0) + 14 * (random() - 0.5))::bigint
    FROM generate_series(0, zones - 1) AS i, (VALUES ('red_crossing', 4.0), ('waited_on_red', 30.0)) AS b (name, reference);
  END LOOP;
END $$;

ALTER TABLE zone_day ADD PRIMARY KEY (zone, day);
ALTER TABLE zone_day_count ADD PRIMARY KEY (zone, day, behaviour);
CREATE INDEX zone_by_site ON zone (site, zone);
CREATE INDEX zone_day_by_day ON zone_day USING brin (day) WITH (pages_per_range = 64, autosummarize = on);
CREATE INDEX zone_day_count_by_day ON zone_day_count USING brin (day) WITH (pages_per_range = 64, autosummarize = on);
COMMIT;
ANALYZE zone, zone_day, zone_day_count;
SELECT relname, pg_size_pretty(pg_table_size(oid)) AS rows, pg_size_pretty(pg_indexes_size(oid)) AS indexes FROM pg_class
WHERE relname IN ('zone', 'zone_day', 'zone_day_count') ORDER BY relname;

-- The zones of a site, and the sites that there are.
CREATE INDEX zone_by_site ON zone (site, zone);

-- The youngest days of all zones, as the night's work reads them: rows lie about in the order in which their days came, so a few bytes for each stretch
-- of the table are enough to leave the old ones out. A stretch is added as soon as it is full. SQLite has its rows in the order of their keys.
CREATE INDEX zone_day_by_day ON zone_day USING brin (day) WITH (pages_per_range = 64, autosummarize = on);
CREATE INDEX zone_day_count_by_day ON zone_day_count USING brin (day) WITH (pages_per_range = 64, autosummarize = on);

-- The zones of a site, and the sites that there are.
CREATE INDEX zone_by_site ON zone (site, zone);

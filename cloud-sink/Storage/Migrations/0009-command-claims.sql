-- Until when one of several sinks is sending a command; unix milliseconds, null where none is.
ALTER TABLE device_command ADD COLUMN claimed_until INTEGER;

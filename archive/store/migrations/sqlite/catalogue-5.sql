-- What somebody did, and what was done in a time, without reading the whole log.
CREATE INDEX op_actor ON op(actor, id);
CREATE INDEX op_time ON op(time, id);

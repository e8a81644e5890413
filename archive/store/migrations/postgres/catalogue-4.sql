-- The names of the fields of the site's own, without reading all of their values.

CREATE INDEX extra_field ON extra(field);

-- What bears a 密级, by its term and date: which terms have passed is counted without a look at the rows.
CREATE INDEX holding_secrecy ON holding(secrecy, secrecy_term, kind, date_sort, access_class, born) WHERE secrecy <> '';

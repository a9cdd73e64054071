-- binlog_row_metadata=MINIMAL: no names, no key, no labels; signs and character sets are there.
SET timestamp = 1709210096.789;
SET GLOBAL binlog_row_metadata = MINIMAL;
CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, a TINYINT, b VARCHAR(5) CHARACTER SET latin1, c ENUM('x', 'y'), d SET('x', 'y'), e VARBINARY(5));
INSERT INTO t VALUES (4294967295, -1, 'é', 'y', 'x,y', x'ff'), (0, NULL, NULL, NULL, NULL, NULL);
UPDATE t SET a = 7 WHERE id = 0;
SET GLOBAL binlog_row_metadata = FULL;

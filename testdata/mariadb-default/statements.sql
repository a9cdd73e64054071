-- server: mariadb
-- As MariaDB is installed: no names in the log (NO_LOG), and the statements beside the rows (ANNOTATE_ROWS).
SET timestamp = 1709210096.789, time_zone = '+00:00';
SET GLOBAL binlog_row_metadata = NO_LOG;
CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, a TINYINT, b VARCHAR(300), c ENUM('x', 'y'), d DECIMAL(10,2), e DATETIME(3), f DOUBLE, g VARBINARY(5));
INSERT INTO t VALUES (4294967295, -1, 'é', 'y', -1.50, '2024-02-29 12:34:56.789', 0.1, x'ff00'), (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE t SET a = 7 WHERE id = 0;
SET binlog_row_image = MINIMAL;
UPDATE t SET b = 'minimal' WHERE id = 0;
DELETE FROM t WHERE id = 0;
SET binlog_row_image = FULL, binlog_annotate_row_events = OFF;
DELETE FROM t;
SET GLOBAL binlog_row_metadata = MINIMAL;
INSERT INTO t VALUES (1, -1, 'MINIMAL', 'x', 1, NULL, NULL, NULL);
SET GLOBAL binlog_row_metadata = FULL;

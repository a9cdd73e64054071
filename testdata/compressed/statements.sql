-- Compressed transactions beside plain ones, and a checksum that is switched off for a file.
SET timestamp = 1709210096.789, binlog_transaction_compression = ON;
CREATE TABLE t (id INT PRIMARY KEY, v TEXT);
INSERT INTO t VALUES (1, REPEAT('compressible ', 100)), (2, '');
BEGIN;
UPDATE t SET v = 'short' WHERE id = 1;
UPDATE t SET id = 3 WHERE id = 2;
COMMIT;
SET binlog_transaction_compression = OFF;
INSERT INTO t VALUES (4, 'plain');
SET GLOBAL binlog_checksum = NONE;
INSERT INTO t VALUES (5, 'no checksum');
SET binlog_transaction_compression = ON;
DELETE FROM t;
SET GLOBAL binlog_checksum = CRC32;
